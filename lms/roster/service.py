"""What can be done with rosters: hand one in, look at what it would do, apply it, withdraw it."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from lms.accounts import organizations
from lms.content.framework import Framework
from lms.content.library import Library
from lms.core import audit, jobs
from lms.core.jobs import Job
from lms.core.language import LANGUAGES, translated, using

from . import applying, entries, known, reading, rules
from .columns import folded
from .entries import Entry
from .models import RosterImport, RosterRow
from .rules import Outcome, Plan
from .told import Told

CHECK, APPLY, ASK = "roster.check", "roster.apply", "roster.ask"
# The job that a roster of a state waits for.
WORK = {"checking": CHECK, "applying": APPLY}
ROW = cast(Table, RosterRow.__table__)
READ_AT_ONCE = 2000
RECENT = 20


class NotNow(Exception):
    """The roster is in another state by now: somebody was faster."""


class NotReady(Exception):
    """Rows have problems, and nobody said that they are left out."""


class Changed(Exception):
    """What the preview said no longer holds."""


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that a file states."""

    entries: Sequence[Entry]
    windows: bool
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """The sentence of a failed job. `stopped`: it is not tried again by itself."""

    sentence: str
    stopped: bool


def spellings(framework: Framework) -> dict[str, str]:
    """Every way to write a job function, folded -> slug: the slug, and the name in each language."""
    found: dict[str, str] = {}
    for function in framework.functions.values():
        found[folded(function.slug)] = function.slug
        for language in LANGUAGES:
            with using(language):
                found.setdefault(folded(translated(function.name)), function.slug)
    return found


def read(body: bytes, framework: Framework, today: date, progress: Callable[[int], None] = lambda _: None) -> Read:
    """Every row of a file; `progress` is told how many are read. Raises Unreadable."""
    table = reading.opened(body)
    entry_of = entries.reader(table.columns, spellings(framework), today)
    found = []
    for count, row in enumerate(table.rows, 1):
        found.append(entry_of(*row))
        if count % READ_AT_ONCE == 0:
            progress(count)
    return Read(found, table.windows, table.columns.ignored)


def hand_in(
    session: Session,
    body: bytes,
    *,
    file_name: str,
    organization_id: int,
    by_id: int | None,
    whole: bool,
    now: datetime,
) -> RosterImport:
    """A new roster, to be checked."""
    roster = RosterImport(
        public_id=secrets.token_urlsafe(16),
        organization_id=organization_id,
        by_id=by_id,
        file_name=file_name[:200],
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
        options={"whole": whole, "leave_out": False, "windows": False, "ignored": [], "plan": "", "changed": False},
        created_at=now,
    )
    session.add(roster)
    session.flush()
    return roster


def ask_check(session: Session, roster: RosterImport, *, now: datetime) -> int:
    """Let a worker check the roster. Returns the job's id."""
    return jobs.repeat(session, CHECK, {"roster": roster.id}, key=f"{CHECK}:{roster.id}", now=now)


def find(session: Session, public_id: str, organization_id: int) -> RosterImport | None:
    """A roster of this company; another company's is none (U4)."""
    own = RosterImport.public_id == public_id, RosterImport.organization_id == organization_id
    return session.scalars(select(RosterImport).where(*own)).one_or_none()


def recent(session: Session, organization_id: int) -> Sequence[RosterImport]:
    """The company's last rosters, the newest first."""
    theirs = select(RosterImport).where(RosterImport.organization_id == organization_id)
    return session.scalars(theirs.order_by(RosterImport.id.desc()).limit(RECENT)).all()


def plans(
    session: Session,
    organization_id: int,
    found: Read,
    *,
    whole: bool,
    today: date,
    barred: Collection[str] = (),
    join_address: str = "",
) -> list[Plan]:
    """What the file would do now."""
    ours = known.of_company(session, organization_id, today)
    return rules.plans(found.entries, ours, today=today, whole=whole, barred=barred, join_address=join_address)


def not_free(session: Session, organization_id: int, emails: Collection[str], today: date) -> set[str]:
    """Addresses with an account elsewhere whose holders would have to be asked. No coordinator may know (U4)."""
    found = known.elsewhere(session, organization_id, emails, today)
    return {email for email, account in found.items() if not account.free}


def store_preview(session: Session, roster: RosterImport, read: Read, found: Sequence[Plan], *, now: datetime) -> bool:
    """Write down what would be done; False when the roster no longer waits to be checked."""
    counts = rules.counted(found)
    options = roster.options | {"windows": read.windows, "ignored": list(read.ignored), "plan": rules.digest(found)}
    values = {"rows": len(read.entries), "counts": counts, "options": options, "checked_at": now}
    if not turn(session, roster.id, "checking", "checked", **values):
        return False
    session.execute(delete(ROW).where(ROW.c.import_id == roster.id))
    session.execute(insert(ROW), [_row(roster.id, plan) for plan in found])
    return True


def _row(roster_id: int, plan: Plan) -> dict[str, Any]:
    return {
        "import_id": roster_id,
        "line": plan.entry.line,
        "outcome": plan.outcome,
        "values": plan.entry.values(),
        "told": list(plan.told),
        "person_id": plan.person.id if plan.person else None,
    }


def refuse(session: Session, roster_id: int, problem: Told) -> None:
    """No row can be read."""
    turn(session, roster_id, "checking", "refused", problem=problem, body=b"")


def turn(session: Session, roster_id: int, before: str, after: str, **values: Any) -> bool:
    """From one state to the next, by whoever comes first; whether it was so."""
    waiting = update(RosterImport).where(RosterImport.id == roster_id, RosterImport.state == before)
    done = waiting.values(state=after, **values).returning(RosterImport.id).execution_options(synchronize_session=False)
    turned = session.execute(done).one_or_none() is not None
    session.expire_all()
    return turned


def ask_apply(session: Session, roster: RosterImport, *, leave_out: bool, now: datetime) -> int:
    """A yes to the preview: a worker applies it. Returns the job's id. Raises NotReady, NotNow."""
    if roster.state != "checked":
        raise NotNow
    if not rules.ready(roster.counts, whole=roster.options["whole"], leave_out=leave_out):
        raise NotReady
    options = roster.options | {"leave_out": leave_out, "changed": False}
    if not turn(session, roster.id, "checked", "applying", options=options):
        raise NotNow
    return jobs.repeat(session, APPLY, {"roster": roster.id}, key=f"{APPLY}:{roster.id}", now=now)


def apply(session: Session, roster: RosterImport, found: Read, library: Library, *, today: date, now: datetime) -> None:
    """Make the roster true, with its row of the audit record (A1).

    Raises Changed when a row would fare otherwise than the preview said, NotNow when it is not to be applied (any more),
    IntegrityError when somebody gets one of the new addresses at the same moment.
    """
    if not turn(session, roster.id, "applying", "applied", applied_at=now, body=b""):
        raise NotNow
    planned = plans(session, roster.organization_id, found, whole=roster.options["whole"], today=today)
    if rules.digest(planned) != roster.options["plan"]:
        raise Changed
    carry_out(session, roster, planned, library, today=today, now=now)


def carry_out(
    session: Session, roster: RosterImport, planned: Sequence[Plan], library: Library, *, today: date, now: datetime
) -> None:
    """What the plans say, and what is to be kept of it."""
    company = organizations.get(session, roster.organization_id)
    asked = applying.carry_out(session, company, planned, library, today=today, now=now)
    lines = {plan.entry.line for plan in asked}
    session.execute(
        delete(ROW).where(ROW.c.import_id == roster.id, ROW.c.outcome != "problem", ROW.c.line.not_in(lines))
    )
    for line in sorted(lines):
        jobs.enqueue(session, ASK, {"roster": roster.id, "line": line}, key=f"{ASK}:{roster.id}:{line}", now=now)
    audit.record(
        session,
        action="roster.applied",
        subject=f"organization {company.id}",
        actor_id=roster.by_id,
        now=now,
        roster=roster.public_id,
        digest=roster.digest,
        counts=rules.counted(planned),
    )


def look_again(session: Session, roster: RosterImport, *, now: datetime) -> None:
    """Make a new preview, since the old one no longer holds."""
    options = roster.options | {"changed": True}
    if turn(session, roster.id, "applying", "checking", options=options):
        ask_check(session, roster, now=now)


def failure(session: Session, roster: RosterImport) -> Failure | None:
    """What went wrong in the work that the roster waits for."""
    job = select(Job.failure, Job.state).where(Job.key == f"{WORK.get(roster.state)}:{roster.id}", Job.failure != "")
    found = session.execute(job).one_or_none()
    return Failure(found.failure, found.state == "failed") if found else None


def again(session: Session, roster: RosterImport, *, now: datetime) -> None:
    """Let the work that the roster waits for be tried at once. Raises NotNow where it waits for none."""
    if roster.state not in WORK:
        raise NotNow
    kind = WORK[roster.state]
    jobs.repeat(session, kind, {"roster": roster.id}, key=f"{kind}:{roster.id}", now=now)


def withdraw(session: Session, roster: RosterImport) -> None:
    """Let nothing come of it. Raises NotNow once it is applied."""
    if not any(turn(session, roster.id, state, "withdrawn", body=b"") for state in ("checked", "checking")):
        raise NotNow
    session.execute(delete(ROW).where(ROW.c.import_id == roster.id))


def tabs(counts: Mapping[str, int]) -> list[tuple[Outcome, int]]:
    """The outcomes that there are, problems first."""
    return [(outcome, counts[outcome]) for outcome in rules.OUTCOMES if counts.get(outcome)]


def rows(session: Session, roster: RosterImport, outcome: str, *, offset: int, limit: int) -> Sequence[RosterRow]:
    theirs = select(RosterRow).where(RosterRow.import_id == roster.id, RosterRow.outcome == outcome)
    return session.scalars(theirs.order_by(RosterRow.line).offset(offset).limit(limit)).all()
