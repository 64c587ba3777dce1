"""Staff, and people of two companies, for the tests of announcements."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from tests.factories.people import make_organization, make_person


@dataclass(frozen=True)
class World:
    staff: Person
    driver: Person
    coordinator: Person
    importer: Person


def world(session: Session) -> World:
    truckers = make_organization(session, field_office="houston")
    importers = make_organization(session, "Sample Orchard Imports", ("importers",))
    return World(
        make_person(session, "Sam Specimen", role=Role.STAFF, email="staff@sample.example"),
        make_person(session, organization=truckers, email="driver@sample.example", language="es"),
        make_person(
            session, "Robin Sample", role=Role.COORDINATOR, organization=truckers, email="robin@sample.example"
        ),
        make_person(session, "Ines Muestra", organization=importers, email="ines@orchard.example"),
    )


def form(**changes: object) -> dict[str, object]:
    """What staff type, whole."""
    return {
        "title-en": "The comment period begins",
        "body-en": "Read the draft. **Write** by March 1.",
        "title-es": "Comienza el periodo de comentarios",
        "body-es": "Lea el borrador.",
        "title-fr": "",
        "body-fr": "",
        "shown_until": "2099-01-01",
        **changes,
    }
