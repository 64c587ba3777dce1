"""A company's own assessment of the criteria, and the workbooks as they were drawn."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base


class SelfAssessment(Base):
    """How a company says it stands with a criterion of an edition: `answer` is one of rules.ANSWERS, "" while there is only a
    note. `version` grows with each saving, so that two tabs do not undo each other."""

    __tablename__ = "self_assessment"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    edition: Mapped[str] = mapped_column(String(40), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(10), primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class WorkbookDocument(Base):
    """The PDF of a workbook, drawn once for the facts in it. `source` is the SHA-256 of these facts."""

    __tablename__ = "workbook_document"

    entity: Mapped[str] = mapped_column(String(60), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    paper: Mapped[str] = mapped_column(String(6), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime]
