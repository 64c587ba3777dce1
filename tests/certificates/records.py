"""Records and completions for the tests of certificates."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog.shelf import published
from lms.certificates import service
from lms.certificates.models import Certificate
from lms.certificates.numbers import check_character
from lms.certificates.pdf import Seal
from lms.certificates.rules import Covered, Part, Record, Workshop
from lms.learning.models import Completion
from lms.schedule.service import in_force
from tests.factories.training import rest_completion

SITE = "https://msc-ready.example"
SEALS, WALK, PASSWORDS = "seal-security/seals", "conveyance-and-iit-security/walk", "cybersecurity/passwords"
NOON = datetime(2019, 11, 12, 17, tzinfo=UTC)
_BODY = "7KQ4M2T9XHDW"

TYPICAL = Record(
    number=_BODY + check_character(_BODY),
    name="Marisol Ejemplo",
    organization="Sample Freight Lines",
    entities=("U.S./Mexico Highway Carriers",),
    category=10,
    parts=(Part(10, "Physical Access Controls"),),
    edition="2019",
    criteria=(Covered("10.1", "must"), Covered("10.2", "must"), Covered("10.8", "should")),
    modules=("Who are you here to see?",),
    revision=14,
    percent=80,
    completed_on=date(2026, 11, 12),
    issued_at=datetime(2026, 11, 12, 15, 4, 5, tzinfo=UTC),
    valid_until=date(2027, 11, 12),
    days_ahead=102,
    enforcement_date=date(2027, 2, 22),
    demonstration=False,
)
# More than any real certificate has to say.
CROWDED = replace(
    TYPICAL,
    name=("Maria Fernanda de los Ángeles " * 7)[:200],
    organization=("Consolidated Transportation Holdings of America " * 5)[:200],
    entities=tuple(f"Entity type with a long name, number {n}" for n in range(13)),
    category=5,
    parts=(Part(5, "Conveyance and Instruments of International Traffic Security"),),
    criteria=tuple(Covered(f"5.{n}", "must" if n % 3 else "should") for n in range(1, 30)),
    modules=tuple(f"A module with a rather long title, number {n}" for n in range(12)),
)
PROGRAM = replace(
    TYPICAL,
    category=0,
    parts=tuple(Part(n, f"Category with a name, {n}") for n in (1, 2, 4, 5, 6, 12)),
    criteria=tuple(Covered(f"{c}.{n}", "must") for c in (1, 2, 4, 5, 6, 12) for n in range(1, 9)),
)
TRANSLATED = replace(
    TYPICAL,
    words={
        "es": {
            "Physical Access Controls": "Controles de acceso físico",
            "U.S./Mexico Highway Carriers": "Autotransportistas EE. UU./México",
            "Who are you here to see?": "¿A quién viene a ver?",
        },
        "fr": {
            "Physical Access Controls": "Contrôles d'accès physique",
            "U.S./Mexico Highway Carriers": "Transporteurs routiers États-Unis/Mexique",
        },
    },
)
ATTENDANCE = replace(
    TRANSLATED,
    category=None,
    parts=(Part(6, "Seal Security"), Part(10, "Physical Access Controls")),
    criteria=(Covered("6.1", "must"), Covered("6.8", "should"), Covered("10.1", "must")),
    modules=(),
    percent=None,
    workshop=Workshop("Seals and visitors at the gate", "Laredo, Texas", 150),
)
# Of the length that a signed code and a credential have.
SEAL = Seal(
    SITE, f"{SITE}/verify/{TYPICAL.number}#" + "aZ3_-9" * 60, b'{"id":"data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9"}'
)


def complete(session: Session, person: Person, module: str, *, percent: int = 88, at: datetime = NOON) -> Completion:
    """A completion with the attempt it rests on, flushed."""
    return rest_completion(session, person, module, percent=percent, at=at)


def issue(session: Session, completion: Completion, *, at: datetime = NOON) -> list[Certificate]:
    shelf = published(session)
    schedule = in_force(session, shelf.library)
    return service.issue_earned(session, completion=completion, published=shelf, schedule=schedule, now=at)


def earn(session: Session, person: Person, module: str, **how: Any) -> list[Certificate]:
    """Complete a module and issue what it earns, committed."""
    certificates = issue(session, complete(session, person, module, **how), at=how.get("at", NOON))
    session.commit()
    return certificates
