"""Views that somebody keeps: addresses below /program/ under a name of one's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Row, Table, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.rules import own_path

from .models import SavedView

MOST = 50
LONGEST_NAME = 80
LONGEST_PATH = 1000

_VIEW = cast(Table, SavedView.__table__).c
_OF = select(_VIEW.id, _VIEW.name, _VIEW.path).where(_VIEW.person_id == bindparam("person")).order_by(_VIEW.name)


class CannotKeep(Exception):
    """The view cannot be kept. The message is one sentence that says what to do."""


class NoSuchView(Exception):
    """The person keeps no such view."""


def of(session: Session, person_id: int) -> Sequence[Row[int, str, str]]:
    """Number, name and path of the person's views, by name."""
    return session.connection().execute(_OF, {"person": person_id}).all()


def keep(session: Session, person_id: int, name: str, path: str, *, now: datetime) -> SavedView:
    """Keep an address under a name; what had the name before gives way. Raises CannotKeep."""
    name = " ".join(name.split())
    if not name:
        raise CannotKeep("Give the view a name.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise CannotKeep(f"Use a name of {LONGEST_NAME} letters at most.")
    if not path.startswith("/program/") or len(path) > LONGEST_PATH or own_path(path) is None:
        raise CannotKeep("Only pages of the program can be kept. Open one and keep it from there.")
    found = _named(session, person_id, name)
    if found is None:
        if (session.scalar(select(func.count()).where(SavedView.person_id == person_id)) or 0) >= MOST:
            raise CannotKeep(f"You keep {MOST} views. Delete one first.")
        found = SavedView(person_id=person_id, name=name, path=path, created_at=now)
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:  # the same name came in at the same time
            found = _named(session, person_id, name)
            if found is None:
                raise
    found.path = path
    session.flush()
    return found


def forget(session: Session, person_id: int, view_id: int) -> None:
    """Raises NoSuchView for those of others, too."""
    one = delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
    if not session.execute(one.returning(SavedView.id)).all():
        raise NoSuchView


def _named(session: Session, person_id: int, name: str) -> SavedView | None:
    return session.scalar(select(SavedView).where(SavedView.person_id == person_id, SavedView.name == name))
