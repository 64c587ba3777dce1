"""Files, a company with a coordinator, and what becomes of the jobs when there are workers."""

from io import BytesIO
from typing import Any

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms.accounts.models import Employment, Organization, Person
from lms.accounts.permissions import Role
from lms.core import working
from lms.core.database import db
from lms.core.jobs import Job
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

ADDRESS = "/company/roster/"


def company(session: Session) -> tuple[Organization, Person]:
    """A company, and its coordinator."""
    ours = make_organization(session)
    return ours, make_person(session, "Robin Sample", organization=ours, role=Role.COORDINATOR)


def as_csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def as_xlsx(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def hand_in(browser: Browser, body: bytes, name: str = "roster.csv", *, status: int = 200, **fields: str) -> Page:
    """Hand a file in through the page, and see what comes."""
    data = browser.get(ADDRESS).form(ADDRESS).values() | {"file": FileStorage(BytesIO(body), name)} | fields
    boundary, encoded = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    response = browser.client.post(ADDRESS, data=encoded, content_type=kind, follow_redirects=True)
    return browser._page(response, status)


def apply(browser: Browser, page: Page, **fields: str) -> Page:
    return browser.submit(page, f"{page.path}/apply", **fields)


def work(app: Flask, kind: str) -> int:
    """Do every job of a kind that is due; how many there were."""
    with app.app_context():
        waiting = db.session.scalars(select(Job.id).where(Job.kind == kind, Job.state == "queued")).all()
        db.session.rollback()
        return sum(working.run(job) for job in waiting)


def person(session: Session, email: str) -> Person:
    session.rollback()
    return session.scalars(select(Person).where(Person.email == email)).one()


def times(session: Session, email: str) -> list[tuple[int, Any, Any]]:
    """Company, first and last day of each employment, the oldest first."""
    columns = select(Employment.organization_id, Employment.began_on, Employment.ended_on)
    theirs = columns.join(Person, Person.id == Employment.person_id).where(Person.email == email)
    return [tuple(row) for row in session.execute(theirs.order_by(Employment.id))]
