"""The statements behind saving and submitting, built once: the hot path of a quiz.

They go to the session's own connection as plain Core, past the ORM, whose share of such a request was the largest. The
tests hold each against what the ORM reads and writes.
"""

from collections.abc import Mapping
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, exists, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from lms.catalog.models import Revision

from .models import Answer, Attempt, CheckTry, Repair

_ATTEMPT, _ANSWER = cast(Table, Attempt.__table__), cast(Table, Answer.__table__)
_TRY = cast(Table, CheckTry.__table__)

# What an attempt is wanted for. A submission waits for answers on their way, and answers for a submission on its way;
# SQLite, which knows no such locks, has one writer at a time anyway.
Purpose = Literal["read", "save", "submit"]

# The newest revision's id comes along, so that the published module need not be asked for; and whether a question of the module
# was ever repaired, since hardly any was. PostgreSQL looks after it has the lock on the table, so that a repair which is being
# made is seen, or sees this submission (see repairs.apply).
_FIND = select(
    _ATTEMPT.c.id,
    _ATTEMPT.c.submitted_at,
    _ATTEMPT.c.pass_mark,
    _ATTEMPT.c.passed,
    _ATTEMPT.c.module,
    _ATTEMPT.c.language,
    _ATTEMPT.c.document,
    _ATTEMPT.c.paper,
    _ATTEMPT.c.revision_id,
    _ATTEMPT.c.started_at,
    _ATTEMPT.c.closes_at,
    _ATTEMPT.c.delta,
    _ATTEMPT.c.acknowledgment,
    _ATTEMPT.c.form,
    select(func.max(cast(Table, Revision.__table__).c.id)).scalar_subquery().label("newest"),
    exists().where(cast(Table, Repair.__table__).c.module == _ATTEMPT.c.module).label("repaired"),
).where(_ATTEMPT.c.public_id == bindparam("public_id"), _ATTEMPT.c.person_id == bindparam("person_id"))
FIND: Mapping[Purpose, Any] = {
    "read": _FIND,
    "save": _FIND.with_for_update(read=True, of=_ATTEMPT),
    "submit": _FIND.with_for_update(of=_ATTEMPT),
}
OPEN = select(_ATTEMPT.c.public_id, _ATTEMPT.c.closes_at).where(
    _ATTEMPT.c.person_id == bindparam("person_id"),
    _ATTEMPT.c.module == bindparam("module"),
    _ATTEMPT.c.submitted_at.is_(None),
)
ANSWERS = select(_ANSWER.c.question, _ANSWER.c.response, _ANSWER.c.saved_at).where(
    _ANSWER.c.attempt_id == bindparam("attempt_id")
)


def _save(insert: Any) -> Any:
    statement = insert(_ANSWER)
    newer = {"response": statement.excluded.response, "saved_at": statement.excluded.saved_at}
    return statement.on_conflict_do_update(index_elements=[_ANSWER.c.attempt_id, _ANSWER.c.question], set_=newer)


_ONE_OPEN: Mapping[str, Any] = {
    "index_elements": [_ATTEMPT.c.person_id, _ATTEMPT.c.module],
    "index_where": text("submitted_at IS NULL"),
}
# By the name of the database. One open attempt a person and module (P5): a second START does nothing.
START: Mapping[str, Any] = {
    "sqlite": sqlite.insert(_ATTEMPT).on_conflict_do_nothing(**_ONE_OPEN),
    "postgresql": postgresql.insert(_ATTEMPT).on_conflict_do_nothing(**_ONE_OPEN),
}
# The first try of a knowledge check is the one that is noted.
TRY: Mapping[str, Any] = {
    "sqlite": sqlite.insert(_TRY).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_TRY).on_conflict_do_nothing(),
}
# The last answer to a question stands (P1).
SAVE: Mapping[str, Any] = {"sqlite": _save(sqlite.insert), "postgresql": _save(postgresql.insert)}
# One submission an attempt (S1): a second SUBMIT finds no row.
SUBMIT = (
    _ATTEMPT.update()
    .where(_ATTEMPT.c.id == bindparam("attempt_id"), _ATTEMPT.c.submitted_at.is_(None))
    .values(
        submitted_at=bindparam("now"),
        score=bindparam("points"),
        out_of=bindparam("of"),
        passed=bindparam("passing"),
        acknowledgment=bindparam("acknowledgment"),
    )
)
