"""Published revisions: immutable, content-addressed, so that an unchanged file is stored and rendered once."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, IntPk


class Revision(Base):
    """One published state of all content. The newest one is what the site serves."""

    __tablename__ = "revision"

    id: Mapped[IntPk]
    created_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(254))
    message: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    framework: Mapped[str] = mapped_column(ForeignKey("document.digest"))


class Blob(Base):
    """The bytes of a file, by their SHA-256."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RevisionFile(Base):
    """Which file of a revision has which bytes."""

    __tablename__ = "revision_file"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    blob: Mapped[str] = mapped_column(ForeignKey("blob.digest"), index=True)


class Document(Base):
    """JSON of a framework or a rendered module, by the SHA-256 of that JSON. Attempts pin theirs by it."""

    __tablename__ = "document"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class RevisionModule(Base):
    """Which module of a revision is which rendered document. `source` is the hash of all it was rendered from."""

    __tablename__ = "revision_module"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[str] = mapped_column(ForeignKey("document.digest"))
