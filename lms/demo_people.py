"""Who is in the demonstration: invented companies, their people, and some who come and go."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.accounts import access, joining, letting_in, organizations, people
from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.accounts.rules import Facts, Wish
from lms.core.clock import program_day

COMPANIES = (
    Facts(
        "DEMO-0001", "Sample Freight Lines", ("highway-carriers-us-mexico",),
        field_office="houston", country="US", employees=180,
    ),
    Facts(
        "DEMO-0002", "Placeholder Freight", ("highway-carriers-us-canada",),
        field_office="buffalo", country="CA", employees=64,
    ),
    Facts("DEMO-0003", "Sample Orchard Imports", ("importers",), field_office="miami", country="US", employees=23),
    Facts(
        "DEMO-0004", "Muestra Logística", ("third-party-logistics", "highway-carriers-mexico-long-haul"),
        field_office="houston", country="MX", employees=410,
    ),
    Facts(
        "DEMO-0005", "Test Harbor Terminals", ("marine-port-terminal-operators",),
        field_office="newark", country="US", employees=1350,
    ),
    Facts("DEMO-0006", "Example Air Consolidators", ("consolidators",), field_office="new-york", country="US"),
    Facts(
        "DEMO-0007", "Specimen Customs Brokers", ("customs-brokers",), ("physical-handling", "seal-inventory"),
        field_office="los-angeles", country="US", employees=12,
    ),
    Facts(
        "DEMO-0008", "Maquila Ejemplo", ("foreign-manufacturers", "exporters"),
        field_office="los-angeles", country="MX", employees=920,
    ),
)  # fmt: skip
JOBS = (
    "driver",
    "loader",
    "driver",
    "documentation",
    "guard",
    "human-resources",
    "it",
    "manager",
    "seal-custodian",
    "loader",
)
GIVEN = (
    "Ana",
    "Ben",
    "Chloé",
    "Dmitri",
    "Elena",
    "Femi",
    "Grace",
    "Hiro",
    "Inès",
    "Jorge",
    "Kim",
    "Luis",
    "Maya",
    "Noor",
    "Omar",
    "Pilar",
)
FAMILY = ("Sample", "Ejemplo", "Placeholder", "Muestra", "Exemple", "Specimen")
# How much of what is required each company has behind it, so that the figures differ.
DILIGENCE = (0.55, 0.2, 0.3, 0.35, 0.7, 0.45, 0.8, 0.5)
# Whose address ends like this joins the first company at once; Noor's does not, so she waits.
APPROVED = "samplefreight.example"
WAITING = Wish("Noor Muestra", "noor@placeholder.example", "DEMO-0001", ("driver",))


def companies(session: Session, moment: datetime) -> list[int]:
    """Their ids, in order."""
    return [organizations.create(session, facts, actor_id=None, now=moment).id for facts in COMPANIES]


def crowd(
    session: Session, organization_ids: Sequence[int], rng: random.Random, moment: datetime
) -> Iterator[tuple[Person, float]]:
    """Seven people of each company, with how much of what is required they have behind them."""
    for index, (organization_id, share) in enumerate(zip(organization_ids, DILIGENCE, strict=True)):
        for place in range(7):
            given, family = GIVEN[(index * 5 + place * 3) % len(GIVEN)], FAMILY[(index + place) % len(FAMILY)]
            person = people.add(
                session,
                name=f"{given} {family}",
                email=f"person-{index + 1}-{place + 1}@demo.example",
                role=Role.LEARNER,
                organization_id=organization_id,
                functions=(JOBS[(index + place) % len(JOBS)],),
                demo=True,
                hired=program_day(moment) - timedelta(days=180 + 30 * place),
                now=moment,
            )
            yield person, min(1.0, share * rng.uniform(0.4, 1.6))


def come_and_go(session: Session, colleagues: Sequence[Person], coordinator: Person, moment: datetime) -> None:
    """At the coordinator's company one left, one is there for another month, and somebody waits to join."""
    company, today = coordinator.organization_id or 0, program_day(moment)
    leaver, guest, *_ = colleagues
    by, role = coordinator.id, coordinator.role
    people.leave(session, leaver.id, on=today - timedelta(days=3), actor_id=by, actor_role=role, now=moment)
    access.set_until(session, guest, today + timedelta(days=30), actor_id=by, actor_role=role, now=moment)
    letting_in.approve(session, company, APPROVED, actor_id=by, now=moment)
    asked_at = moment - timedelta(hours=20)
    letter = joining.ask(session, WAITING, now=asked_at)
    if letter is not None and (proof := joining.prove(session, letter.token, viewer_id=None, now=asked_at)).person:
        proof.person.demo = True
