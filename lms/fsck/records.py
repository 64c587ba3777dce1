"""P4: no row that stands for something of another person, or of nothing."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Table, and_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person, Profile
from lms.accounts.rules import canonical, profile_key
from lms.assessment.models import Attempt, Remark
from lms.assessment.rules import percent
from lms.core.database import Base
from lms.learning.models import Completion

from .reading import Reading
from .rules import Broken, side_by_side

_COMPLETIONS = (
    select(
        Completion.attempt_id,
        Completion.id,
        Completion.person_id,
        Completion.module,
        Completion.percent,
        Attempt.person_id.label("whose"),
        Attempt.module.label("of"),
        Attempt.submitted_at,
        Attempt.score,
        Attempt.out_of,
        Attempt.passed,
    )
    .join(Attempt, Attempt.id == Completion.attempt_id)
    .order_by(Completion.attempt_id)
)
_REMARKS_OF = (
    select(Remark.attempt_id, Remark.score, Remark.out_of, Remark.passed)
    .join(Completion, Completion.attempt_id == Remark.attempt_id)
    .order_by(Remark.attempt_id)
)


def references(read: Reading) -> Iterator[Broken]:
    """Every row that names another one by its key: that one is there. The database promises it where nobody switched that off."""
    for table in Base.metadata.sorted_tables:
        read.looked(0)
        for constraint in sorted(table.foreign_key_constraints, key=lambda c: str(c.name)):
            yield from _orphans(read, table, constraint)
    proctor = aliased(Person)
    lost = (
        select(Attempt.id, Attempt.proctor_id)
        .outerjoin(proctor, proctor.id == Attempt.proctor_id)
        .where(Attempt.proctor_id.is_not(None), proctor.id.is_(None))
    )
    for row in read.odd(lost.order_by(Attempt.id)):
        yield Broken("attempt", {"id": row.id}, f"proctor_id {row.proctor_id} is not in person")


def _orphans(read: Reading, table: Table, constraint: ForeignKeyConstraint) -> Iterator[Broken]:
    keys = list(table.primary_key.columns)
    own = [element.parent for element in constraint.elements]
    other = constraint.referred_table.alias()
    theirs = [other.c[element.column.name] for element in constraint.elements]
    statement = (
        select(*keys, *own)
        .select_from(table.outerjoin(other, and_(*(a == b for a, b in zip(own, theirs, strict=True)))))
        .where(*(column.is_not(None) for column in own), theirs[0].is_(None))
        .order_by(*keys)
    )
    for row in read.odd(statement):
        named = ", ".join(f"{column.name} {value}" for column, value in zip(own, row[len(keys) :], strict=True))
        key = {column.name: value for column, value in zip(keys, row, strict=False)}
        yield Broken(table.name, key, f"{named} is not in {constraint.referred_table.name}")


def completions(read: Reading) -> Iterator[Broken]:
    """A completion is of its attempt's person and module, and that attempt was passed with its percent, by itself or as repaired."""
    for _, (rows, remarks) in side_by_side(read.stream(_COMPLETIONS), read.stream(_REMARKS_OF)):
        for row in rows:
            if what := _wrong_completion(row, remarks):
                yield Broken("completion", {"id": row.id}, what)


def _wrong_completion(row: Any, remarks: list[Any]) -> str:
    if row.person_id != row.whose:
        return f"person_id is {row.person_id}, that of attempt {row.attempt_id} is {row.whose}"
    if row.module != row.of:
        return f"module is {row.module}, that of attempt {row.attempt_id} is {row.of}"
    results = [one for one in (row, *remarks) if one.passed and one.score and one.out_of]
    if not results:
        return f"attempt {row.attempt_id} was not passed"
    percents = sorted({percent(Fraction(one.score), one.out_of) for one in results})
    if row.percent not in percents:
        return f"percent is {row.percent}, attempt {row.attempt_id} was passed with {percents[-1]}"
    return ""


def profiles(read: Reading) -> Iterator[Broken]:
    """A profile's key is that of its lists, and each list is in its one order."""
    columns = (Profile.id, Profile.key, Profile.entities, Profile.declined, Profile.functions, Profile.exempt)
    for row in read.stream(select(*columns).order_by(Profile.id)):
        lists = (row.entities, row.declined, row.functions, row.exempt)
        if row.key != profile_key(*lists):
            yield Broken("profile", {"id": row.id}, f"key is {row.key}, that of its lists {profile_key(*lists)}")
        elif any(part != canonical(part) for part in lists):
            yield Broken("profile", {"id": row.id}, "a list is not sorted, or names something twice")
