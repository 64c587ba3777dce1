"""How many comments there are, and the comments behind each number. Each that was sent counts, merged ones too; withdrawn ones do not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeVarTuple, get_args

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from lms.accounts.models import Organization, Person
from lms.core.cells import Cell
from lms.core.clock import day_begins, program_day

from .dispositions import newest
from .models import Comment, Disposition
from .service import ANSWERED

State = Literal["", "open", "answered", "mine", "unassigned"]
Columns = TypeVarTuple("Columns")
Dimension = Literal["criterion", "entity", "kind", "week"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

# The comment that is answered for this one: the one that it is merged into, or itself.
_head = aliased(Comment)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments are asked for; "" and None leave a part open. `week` is its Monday, `mine` is open and whose `me` is."""

    period: int | None = None
    criterion: str = ""
    entity: str = ""
    kind: str = ""
    week: date | None = None
    state: State = ""
    words: str = ""

    @property
    def chosen(self) -> Mapping[str, str]:
        """As an address says it."""
        return {name: str(value) for name, value in asdict(self).items() if value}

    def but(self, **changes: Any) -> "Wanted":
        return replace(self, **changes)

    def at(self, dimension: Dimension, key: str) -> "Wanted":
        """Those of them that a line counts."""
        return self.but(**{dimension: _date(key) if dimension == "week" else key})


@dataclass(frozen=True, slots=True)
class Line:
    """The comments that have one value of a dimension in common."""

    key: str
    comments: int
    answered: int

    @property
    def open(self) -> int:
        return self.comments - self.answered


@dataclass(frozen=True, slots=True)
class Row:
    """A comment in a list, with the disposition that counts for it and who looks after it."""

    comment: Comment
    head: Comment
    disposition: Disposition | None
    assigned: str | None


def wanted(args: Mapping[str, str]) -> Wanted:
    """What an address asks for; what it says that cannot be is left out."""
    period, week = args.get("period", ""), _date(args.get("week", ""))
    state: State = next((s for s in get_args(State) if s == args.get("state")), "")
    return Wanted(
        period=int(period) if period.isascii() and period.isdigit() and len(period) < 9 else None,
        criterion=args.get("criterion", "")[:10],
        entity=args.get("entity", "")[:60],
        kind=args.get("kind", "")[:10],
        week=week - timedelta(days=week.weekday()) if week else None,
        state=state,
        words=" ".join(args.get("words", "").split())[:200],
    )


def total(session: Session, asked: Wanted, me: int) -> Line:
    counted = select(func.count(Comment.id), _answered_ones())
    comments, answered = session.execute(_narrowed(counted, asked, me)).one()
    return Line("", comments, answered or 0)


def by(session: Session, dimension: Dimension, asked: Wanted, me: int) -> list[Line]:
    """The comments asked for by a dimension: weeks in their order, else those with most comments first. The sum is the total."""
    if dimension == "week":
        return _by_week(session, asked, me)
    column: ColumnElement[str] = getattr(Comment, dimension)
    counted = select(column, func.count(Comment.id), _answered_ones()).group_by(column)
    found = session.execute(_narrowed(counted, asked, me)).all()
    return sorted((Line(*row) for row in found), key=lambda line: (-line.comments, _in_order(line.key)))


def listed(session: Session, asked: Wanted, me: int, *, offset: int, limit: int) -> list[Row]:
    """The comments asked for, the newest first."""
    ordered = _rows(asked, me).order_by(Comment.sent_at.desc(), Comment.id.desc())
    return _with_answers(session, session.execute(ordered.offset(offset).limit(limit)).all())


# The columns of the CSV file, and a line of it for each comment.
CSV = (
    "number",
    "edition",
    "criterion",
    "entity_type",
    "kind",
    "comment",
    "language",
    "sent_on",
    "sent_by",
    "company",
    "company_number",
    "from",
    "merged_into",
    "assigned_to",
    "disposition",
    "answer",
    "answered_on",
)  # fmt: skip
LINES_AT_ONCE = 500


def lines(session: Session, asked: Wanted, me: int) -> Iterator[Sequence[Cell]]:
    """Some hundred comments at a time, in the order in which they were written."""
    after = 0
    statement = _rows(asked, me).order_by(Comment.id).limit(LINES_AT_ONCE)
    while found := _with_answers(session, session.execute(statement.where(Comment.id > after)).all()):
        yield from map(_line, found)
        after = found[-1].comment.id
        session.expunge_all()  # memory stays flat however many comments there are


def _line(row: Row) -> Sequence[Cell]:
    comment, given = row.comment, row.disposition
    company = comment.organization
    return (
        comment.public_id,
        comment.period.edition,
        comment.criterion,
        comment.entity,
        comment.kind,
        comment.text,
        comment.language,
        program_day(comment.sent_at or comment.created_at).isoformat(),
        comment.person.name,
        company.name if company else None,
        company.number if company else None,
        comment.via,
        row.head.public_id if row.head is not comment else None,
        row.assigned,
        given.outcome if given else None,
        given.text if given else None,
        program_day(given.at).isoformat() if given else None,
    )


def _rows(asked: Wanted, me: int) -> Select[Comment, Comment, str | None]:
    rows = _narrowed(select(Comment, _head, Person.name), asked, me)
    return rows.outerjoin(Person, Person.id == _head.assigned_id).options(
        joinedload(Comment.person), joinedload(Comment.organization), joinedload(Comment.period)
    )


def _with_answers(session: Session, found: Collection[Any]) -> list[Row]:
    answers = newest(session, {head.id for _, head, _ in found}) if found else {}
    return [Row(comment, head, answers.get(head.id), name) for comment, head, name in found]


def _answered_ones() -> ColumnElement[int]:
    return func.sum(case((ANSWERED, 1), else_=0))


def _narrowed(statement: Select[*Columns], asked: Wanted, me: int) -> Select[*Columns]:
    conditions: list[ColumnElement[bool]] = [Comment.state == "sent"]
    if asked.period is not None:
        conditions.append(Comment.period_id == asked.period)
    for name in ("criterion", "entity", "kind"):
        if value := getattr(asked, name):
            conditions.append(getattr(Comment, name) == value)
    if asked.week:
        conditions += [Comment.sent_at >= day_begins(asked.week), Comment.sent_at < day_begins(asked.week + _WEEK)]
    if asked.state:
        conditions.append(ANSWERED if asked.state == "answered" else ~ANSWERED)
    if asked.state == "mine":
        conditions.append(_head.assigned_id == me)
    if asked.state == "unassigned":
        conditions.append(_head.assigned_id.is_(None))
    if asked.words:
        company = exists().where(
            Organization.id == Comment.organization_id, Organization.name.icontains(asked.words, autoescape=True)
        )
        conditions.append(or_(Comment.text.icontains(asked.words, autoescape=True), company))
    return (
        statement.select_from(Comment)
        .join(_head, _head.id == func.coalesce(Comment.merged_id, Comment.id))
        .where(*conditions)
    )


def _by_week(session: Session, asked: Wanted, me: int) -> list[Line]:
    """No database knows when a week begins in America/New_York; so it is told."""
    ends = _narrowed(select(func.min(Comment.sent_at), func.max(Comment.sent_at)), asked, me)
    first, last = session.execute(ends).one()
    if first is None or last is None:
        return []
    mondays = weeks(first, last)
    number = case(*((Comment.sent_at < day_begins(day + _WEEK), i) for i, day in enumerate(mondays)))
    counted = select(number, func.count(Comment.id), _answered_ones()).group_by(number).order_by(number)
    found = {row[0]: row[1:] for row in session.execute(_narrowed(counted, asked, me))}
    return [Line(day.isoformat(), *found.get(i, (0, 0))) for i, day in enumerate(mondays)]


def weeks(first: datetime, last: datetime) -> list[date]:
    """The Mondays of the weeks from one moment to another, in America/New_York."""
    day, until = program_day(first), program_day(last)
    monday = day - timedelta(days=day.weekday())
    return [monday + i * _WEEK for i in range((until - monday).days // 7 + 1)]


def _in_order(key: str) -> tuple[tuple[int, str], ...]:
    """4.2 before 4.10."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in key.split("."))


def _date(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 2000 < day.year < 3000 else None
