"""The PDF of a workbook: the stored one as long as it says what is true, else a new one."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Insert, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.certificates.designs import Paper
from lms.content.framework import EntityType
from lms.core.database import transaction
from lms.core.language import current_language

from . import document
from .facts import Facts
from .models import WorkbookDocument

_TABLE = cast(Table, WorkbookDocument.__table__)


def _keeping(new: Any) -> Insert:
    """Of two that draw at once the last one stays; both have the same facts, or the second has newer ones."""
    return new.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["entity", "language", "paper"],
        set_={name: new.excluded[name] for name in ("source", "pdf", "drawn_at")},
    )


_KEEP = {"sqlite": _keeping(sqlite.insert(_TABLE)), "postgresql": _keeping(postgresql.insert(_TABLE))}


def pdf(session: Session, facts: Facts, entity: EntityType, paper: Paper, *, now: datetime) -> tuple[bytes, str]:
    """The document in the language in force, and the digest of what it says. Raises CannotDraw. Commits by itself: drawing, some
    seconds long, stands in no transaction."""
    html, sheets = document.page(facts, entity), document.styles(paper)
    source = document.source(html, sheets)
    key = {"entity": entity.slug, "language": current_language(), "paper": paper}
    its = select(WorkbookDocument.pdf).filter_by(**key, source=source)
    found = session.execute(its).scalar_one_or_none()
    if found is not None:
        return found, source
    session.rollback()
    drawn = document.draw(html, sheets, made=now)
    with transaction():
        connection = session.connection()
        connection.execute(_KEEP[connection.dialect.name], key | {"source": source, "pdf": drawn, "drawn_at": now})
    return drawn, source
