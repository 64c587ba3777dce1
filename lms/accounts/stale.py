"""Whose figures are to be counted again: one row a change, which a worker takes away when it has counted (reporting.folding).

A row is only ever added here, so that no two people who learn at the same time wait for each other.
"""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from .models import Person, StaleFigures

_TABLE = cast(Table, StaleFigures.__table__)
_ONE = insert(_TABLE).inline()
_OF_PERSON = insert(_TABLE).from_select(
    ["organization_id"],
    select(Person.organization_id).where(Person.id == bindparam("person"), Person.organization_id.is_not(None)),
)


def company(session: Session, organization_id: int | None) -> None:
    """Something of the company changed; None is nobody's company."""
    if organization_id is not None:
        session.connection().execute(_ONE, {"organization_id": organization_id})


def person(session: Session, person_id: int) -> None:
    """Something that the person learned, or must learn, changed."""
    session.connection().execute(_OF_PERSON, {"person": person_id})


def people(session: Session, chosen: Select[Any]) -> None:
    """The same for everybody whose ids the statement selects."""
    _companies(session, Person.id.in_(chosen))


def profiles(session: Session, profile_ids: Collection[int] | None) -> None:
    """The same for everybody who has one of these profiles; None: for everybody."""
    if profile_ids is None:
        _companies(session, Person.organization_id.is_not(None))
    elif profile_ids:
        _companies(session, Person.profile_id.in_(profile_ids))


def _companies(session: Session, condition: Any) -> None:
    theirs = select(Person.organization_id).where(condition, Person.organization_id.is_not(None)).distinct()
    session.connection().execute(insert(_TABLE).from_select(["organization_id"], theirs))
