"""A company whose people learned something, and its packet read back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Employment, Organization, Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.certificates import service as certificates
from lms.certificates.designs import Paper
from lms.certificates.rules import Workshop
from lms.core.language import Language
from lms.evidence import making, packet
from lms.evidence.making import Question
from lms.evidence.rules import Period
from lms.schedule.service import in_force
from lms.settings import Settings
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, complete

IN_SPRING = datetime(2026, 4, 14, 15, tzinfo=UTC)
IN_AUTUMN = datetime(2026, 10, 6, 15, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
WORKSHOP = Workshop("Seals at the dock", "Laredo, Texas", 120)


@dataclass(frozen=True)
class World:
    """Marisol completed seals and passwords, Ana passwords, Robin coordinates; everybody came in January."""

    company: Organization
    marisol: Person
    ana: Person
    robin: Person


def world(session: Session) -> World:
    company = make_organization(session)
    marisol = make_person(session, organization=company, employee_number="A-17", site="Laredo")
    ana = make_person(session, "=Ana Sample", organization=company)
    robin = make_person(session, "Robin Sample", organization=company, role=Role.COORDINATOR)
    for person in (marisol, ana, robin):
        employ(session, person, company, date(2026, 1, 5))
    complete(session, marisol, PASSWORDS, at=IN_SPRING)
    complete(session, marisol, SEALS, at=IN_AUTUMN)
    complete(session, ana, PASSWORDS, at=IN_AUTUMN)
    return World(company, marisol, ana, robin)


def employ(session: Session, person: Person, company: Organization, began: date, ended: date | None = None) -> None:
    """The person's only time with the company, committed."""
    for former in session.scalars(select(Employment).filter_by(person_id=person.id, organization_id=company.id)):
        session.delete(former)
    session.flush()
    session.add(Employment(person_id=person.id, organization_id=company.id, began_on=began, ended_on=ended))
    session.commit()


def attend(session: Session, person: Person, at: datetime) -> None:
    shelf = published(session)
    certificates.issue_attendance(
        session,
        person=person,
        occasion="seals-at-the-dock",
        workshop=WORKSHOP,
        criteria=("6.1", "6.2"),
        held_on=at.date(),
        published=shelf,
        schedule=in_force(session, shelf.library),
        now=at,
    )
    session.commit()


def make(
    session: Session,
    settings: Settings,
    company: Organization,
    period: Period = YEAR,
    language: Language = "en",
    paper: Paper = "letter",
) -> bytes:
    """The ZIP of the company's packet."""
    asked = Question(company.id, period, language, paper)
    session.commit()
    body = making.make(session, asked, settings, lambda: None)
    whole = b"".join(packet.stream(session, body))
    assert len(whole) == packet.length(body)
    return whole


def files(zipped: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(zipped)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(found: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest, once it names every other file with its digest."""
    plain: dict[str, Any] = json.loads(found["manifest.json"])
    listed = {file["path"]: (file["size"], file["sha256"]) for file in plain["files"]}
    own = {name: data for name, data in found.items() if not name.startswith("manifest.")}
    assert listed == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in own.items()}
    return plain


def text(pdf: bytes) -> str:
    """The words of a PDF, spaces made one."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def sheet(found: Mapping[str, bytes], name: str) -> list[dict[str, Any]]:
    """The rows of a sheet of the workbook, by the words of its header."""
    header, *rows = load_workbook(BytesIO(found["records.xlsx"]), read_only=True)[name].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]
