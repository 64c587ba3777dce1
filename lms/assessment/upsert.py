"""The two statements in which the database judges a race, built once for each kind of database."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from .models import Answer, Attempt

_ATTEMPT, _ANSWER = cast(Table, Attempt.__table__), cast(Table, Answer.__table__)


def _save(insert: Any) -> Any:
    statement = insert(_ANSWER)
    newer = {"response": statement.excluded.response, "saved_at": statement.excluded.saved_at}
    return statement.on_conflict_do_update(index_elements=[_ANSWER.c.attempt_id, _ANSWER.c.question], set_=newer)


# One open attempt a person and module (P5): a second INSERT does nothing.
START: Mapping[str, Any] = {
    "sqlite": sqlite.insert(_ATTEMPT).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_ATTEMPT).on_conflict_do_nothing(),
}
# The last answer to a question stands (P1).
SAVE: Mapping[str, Any] = {"sqlite": _save(sqlite.insert), "postgresql": _save(postgresql.insert)}
