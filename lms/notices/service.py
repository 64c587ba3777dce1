"""Letters: whom to remind, written set by set, and one letter from its taking to its end.

The unique keys of both tables judge two runs at once. A letter is taken, and that is committed, before it is sent: whoever is
killed in between has sent it at most once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.content.framework import Program
from lms.core.clock import day_begins, program_day
from lms.core.database import Base, UtcDateTime, insert_into
from lms.core.language import Language, known
from lms.learning.due import due_day, is_ahead
from lms.learning.models import Progress
from lms.schedule.models import ProfileRequirement

from . import rules
from .kinds import KINDS, Taken
from .models import Letter, Reminder
from .rules import Due

Daily = Literal["reminder", "digest"]
End = Literal["waiting", "sent", "refused", "dropped"]

# People looked at and written at once: on SQLite nobody else writes meanwhile.
CHUNK = 500
# Letters looked up at a time.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would send: to whom, in which language, of how many modules, the first of which is due when."""

    email: str
    language: Language
    modules: int
    first: date


def _reachable(today: date) -> ColumnElement[bool]:
    """People who may get mail and want it: those whom mail reaches, with the switch of the account on."""
    return and_(_reached(today), Person.mail_reminders)


def _reached(today: date) -> ColumnElement[bool]:
    """People with access (U3) whose address mail does not come back from."""
    return and_(
        Person.disabled_at.is_(None),
        or_(Person.access_until.is_(None), Person.access_until >= today),
        Person.mail_refused_at.is_(None),
        Person.email != "",
    )


def _owed(*columns: Any) -> Select[*tuple[Any, ...]]:
    """The columns of what is ahead of people: one row for each person and module."""
    return (
        select(*columns)
        .select_from(Person)
        .join(Organization, Organization.id == Person.organization_id)
        .join(ProfileRequirement, ProfileRequirement.profile_id == Person.profile_id)
        .outerjoin(Progress, and_(Progress.person_id == Person.id, Progress.module == ProfileRequirement.module))
        .where(is_ahead)
    )


def part(session: Session, after: int) -> int | None:
    """The last person of the next part that is written at once; None when there are no more people."""
    ids = select(Person.id).where(Person.id > after).order_by(Person.id).limit(CHUNK).subquery()
    last: int | None = session.scalar(select(func.max(ids.c.id)))
    return last


def wanting(session: Session, program: Program, *, after: int, upto: int, today: date) -> list[int]:
    """People of the ids in (after, upto] who are to be reminded today of something that they have not been reminded of."""
    days = rules.due_days(today, program)
    if not days:
        return []
    whom = _owed(Person.id).where(
        Person.id > after, Person.id <= upto, _reachable(today), _unwritten(days, _mark(days))
    )
    return list(session.scalars(whom.distinct()))


def readers(session: Session, *, after: int, upto: int, today: date) -> list[int]:
    """Coordinators of the ids in (after, upto] whose digest of the week is on time and not written."""
    monday = rules.digest_day(today)
    if monday is None:
        return []
    written = exists().where(Letter.person_id == Person.id, Letter.kind == "digest", Letter.day == monday)
    whom = select(Person.id).where(Person.id > after, Person.id <= upto, Person.role == Role.COORDINATOR)
    return list(session.scalars(whom.where(Person.organization_id.is_not(None), _reachable(today), ~written)))


def write(
    session: Session, program: Program, wanting: Sequence[int], readers: Sequence[int], *, today: date, now: datetime
) -> None:
    """Write today's reminders to the first, and the week's digests to the others."""
    columns = ("person_id", "kind", "about", "day", "state", "created_at")
    if wanting:
        days = rules.due_days(today, program)
        mark = _mark(days)
        _insert(session, Letter, columns, _letters(wanting, "reminder", today, now))
        # Only a letter that waits is told of: it is composed when it is sent, of all that is due by then.
        told = (
            _owed(Person.id, ProfileRequirement.module, due_day, mark, Letter.id)
            .join(Letter, and_(Letter.person_id == Person.id, Letter.kind == "reminder", Letter.day == today))
            .where(Person.id.in_(wanting), Letter.state == "waiting", _unwritten(days, mark))
        )
        _insert(session, Reminder, ("person_id", "module", "due_on", "days", "letter_id"), told)
    monday = rules.digest_day(today)
    if readers and monday:
        _insert(session, Letter, columns, _letters(readers, "digest", monday, now))


def _letters(people: Sequence[int], kind: Daily, day: date, now: datetime) -> Select[*tuple[Any, ...]]:
    values = (literal(kind), literal(""), literal(day), literal("waiting"), literal(now, UtcDateTime()))
    return select(Person.id, *values).where(Person.id.in_(people))


def _mark(days: Mapping[date, int]) -> ColumnElement[int]:
    return case(dict(days), value=due_day)


def _unwritten(days: Mapping[date, int], mark: ColumnElement[int]) -> ColumnElement[bool]:
    """Due on a day that is reminded of, and not reminded of yet."""
    same = (Reminder.person_id == Person.id, Reminder.module == ProfileRequirement.module)
    written = exists().where(*same, Reminder.due_on == due_day, Reminder.days == mark)
    return and_(due_day.in_(list(days)), ~written)


def _insert(session: Session, model: type[Base], columns: Sequence[str], rows: Select[*tuple[Any, ...]]) -> None:
    """Rows of a statement, without those whose keys are there."""
    session.execute(insert_into(session, model).from_select(columns, rows).on_conflict_do_nothing())


def planned(session: Session, program: Program, *, after: int, upto: int, today: date) -> list[Planned]:
    """Whom `write` would remind, people of the ids in (after, upto]. Writes nothing."""
    days = rules.due_days(today, program)
    told = due_day <= rules.told_until(today, program)
    had = exists().where(Letter.person_id == Person.id, Letter.kind == "reminder", Letter.day == today)
    statement = (
        _owed(Person.email, Person.language, func.count().filter(told), func.min(due_day))
        .where(Person.id > after, Person.id <= upto, _reachable(today), ~had)
        .group_by(Person.id)
        .having(func.count().filter(_unwritten(days, _mark(days))) > 0)
        .order_by(Person.id)
    )
    rows = session.execute(statement).all() if days else []
    return [Planned(email, known(language) or "en", many, first) for email, language, many, first in rows]


def due(session: Session, person_id: int, *, until: date) -> list[Due]:
    """What the person has to do by that day or earlier, the soonest due first."""
    columns = (ProfileRequirement.module, due_day, Progress.again_because)
    statement = _owed(*columns).where(Person.id == person_id, due_day <= until)
    rows = session.execute(statement.order_by(due_day, ProfileRequirement.category, ProfileRequirement.module))
    return [Due(*row) for row in rows]


def waiting(session: Session, after: tuple[date, int]) -> list[tuple[date, int]]:
    """The next letters that wait: day and id, the oldest first."""
    found = select(Letter.day, Letter.id).where(Letter.state == "waiting", tuple_(Letter.day, Letter.id) > after)
    return [(row.day, row.id) for row in session.execute(found.order_by(Letter.day, Letter.id).limit(BATCH))]


def any_waiting(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(Letter.state == "waiting"))))


def take(session: Session, letter_id: int, *, now: datetime) -> Taken | None:
    """Take a letter to send. None when there is nothing to send: somebody else has it, or it is dropped, for being of no use any
    more, unwanted, or not the only one of its kind for the person today. The caller commits before sending."""
    letter = session.get_one(Letter, letter_id, with_for_update=True)
    person = session.get_one(
        Person, letter.person_id, with_for_update=True
    )  # two letters to one person wait for each other
    if letter.state != "waiting":
        return None
    today = program_day(now)
    other = aliased(Letter)
    others = (
        other.person_id == person.id, other.kind == letter.kind, other.about == letter.about, other.id != letter.id,
    )  # fmt: skip
    if session.scalar(select(exists().where(*others, other.state == "sending"))):
        return None  # it is not known yet whether that one went out
    newer = or_(other.day > letter.day, other.sent_at >= day_begins(today))
    kind = KINDS[letter.kind]
    wanted = _reachable(today) if kind.switched else _reached(today)
    welcome = session.scalar(select(exists().where(Person.id == person.id, wanted)))
    old = not rules.of_use(letter.day, today, kind.of_use)
    if not welcome or old or session.scalar(select(exists().where(*others, newer))):
        letter.state = "dropped"
        session.flush()
        return None
    letter.state, letter.taken_at = "sending", now
    session.flush()
    language = known(person.language) or "en"
    return Taken(
        letter.id, letter.kind, letter.about, person.id, person.organization_id, person.name, person.email, language
    )


def end(session: Session, letter_id: int, state: End, *, now: datetime) -> None:
    """What became of a letter that was taken; one that waits again has not been sent."""
    taken = update(Letter).where(Letter.id == letter_id, Letter.state == "sending")
    session.execute(
        taken.values(
            state=state,
            taken_at=None if state == "waiting" else Letter.taken_at,
            sent_at=now if state == "sent" else None,
        )
    )


def drop_lost(session: Session, *, now: datetime) -> int:
    """Drop the letters whose worker was killed between sending and marking; how many."""
    lost = update(Letter).where(Letter.state == "sending", Letter.taken_at < now - rules.LOST_AFTER)
    return len(session.execute(lost.values(state="dropped").returning(Letter.id)).all())
