"""Content and people in any number, the same every time: copies of the real modules, and a crowd that has done some of them."""

import random
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle, islice
from typing import Any

from sqlalchemy import Date, Table, insert, literal, select
from sqlalchemy.orm import Session

from lms.accounts.models import Employment, Organization, OrganizationEntity, Person, Profile
from lms.accounts.people import profile_for
from lms.accounts.permissions import Role
from lms.assessment.models import Attempt
from lms.assessment.paper import draw, to_json
from lms.catalog.shelf import Published, published
from lms.core.clock import program_day
from lms.learning.models import Completion, Progress, SectionReading
from lms.schedule import service as schedules
from lms.schedule.models import ProfileRequirement

SEED = 2020
FUNCTIONS = ("driver", "loader", "documentation", "guard", "human-resources", "it", "manager", "seal-custodian")
# Copies are for jobs that a driver does not have: a driver has as many modules at 200 as in the library that is shipped.
FUNCTIONS_OF_COPIES = ("guard", "human-resources", "it", "manager")
COMPANY = 20  # people
BEGUN = 2  # modules that somebody of the crowd has begun on average; half of these are complete
CHUNK = 5_000

_QUESTION = re.compile(r"`q: ([a-z0-9-]+)`")
_TITLE = re.compile(r"^title: (.+)$", re.MULTILINE)
_FUNCTIONS = re.compile(r"^functions: .+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Size:
    """How many modules are published, and how many people there are."""

    modules: int
    people: int

    def __str__(self) -> str:
        return f"{self.modules:,} modules, {self.people:,} people"


# The library that the site began with, the one that it ships (also without the crowd, whose records were never lived), and a large one.
TWELVE = Size(12, 100)
SMALL = Size(40, 100)
NOBODY = Size(40, 0)
LARGE = Size(200, 50_000)
_FIRST = (
    "why-your-company-signed", "know-where-it-can-go-wrong", "know-who-handles-your-cargo", "the-phone-in-your-cab",
    "seventeen-places-to-look", "seals-that-tell-the-truth", "what-does-not-add-up", "mud-bugs-and-bad-wood",
    "fences-lights-and-cameras", "who-are-you-here-to-see", "the-people-you-trust", "what-to-report-and-to-whom",
)  # fmt: skip


def so_many_modules(files: Mapping[str, bytes], modules: int) -> dict[str, bytes]:
    """A courses folder with so many modules: the first twelve, or copies added under other addresses, titles and question ids.

    Translations stay with their sources; copies have none.
    """
    own = sorted(path for path in files if path.endswith(".md") and "/" in path and "." not in path[:-3])
    if modules == len(_FIRST):
        return {p: data for p, data in files.items() if not p.endswith(".md") or _name(p) in _FIRST}
    grown = dict(files)
    for path, number in islice(((p, n) for n in count(2) for p in own), max(0, modules - len(own))):
        text = files[path].decode()
        text = _TITLE.sub(rf"title: \1 Part {number}", text, count=1)
        text = _FUNCTIONS.sub(f"functions: [{FUNCTIONS_OF_COPIES[number % len(FUNCTIONS_OF_COPIES)]}]", text, count=1)
        grown[f"{path.removesuffix('.md')}-{number}.md"] = _QUESTION.sub(rf"`q: \1-{number}`", text).encode()
    return grown


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1].split(".")[0]


def populate(session: Session, size: Size, now: datetime) -> None:
    """The crowd: companies of every kind, people of usual jobs, and what they have read, attempted and completed.

    Written in bulk, so without audit rows and answers, neither of which a page of another person reads.
    """
    shelf, rng = published(session), random.Random(SEED)
    companies = _companies(session, shelf, max(13, size.people // COMPANY), now)
    places = [
        (company, profile_for(session, [entity], [], [function]).id)
        for (company, entity), function in zip(companies, cycle(FUNCTIONS), strict=False)
    ]
    session.flush()
    schedules.refresh(session, shelf.library)
    people = list(_people(places, size.people, now))
    _add(session, Person, people)
    _employ(session, now)
    first = session.scalar(select(Person.id).order_by(Person.id).limit(1)) or 0
    _histories(session, shelf, enumerate((p["profile_id"] for p in people), first), rng, now)


def drivers(session: Session, many: int, now: datetime) -> list[int]:
    """So many new drivers of a company that crosses the border, who have done nothing yet: their ids."""
    shelf = published(session)
    organization = Organization(number=f"BENCH-{secrets.token_hex(4)}", name="Sample Freight Lines", created_at=now)
    organization.entity_types = [OrganizationEntity(entity="highway-carriers-us-mexico")]
    session.add(organization)
    profile = profile_for(session, organization.entities, [], ["driver"])
    session.flush()
    schedules.refresh(session, shelf.library, (profile.id,))
    new = [
        Person(
            name=f"Marisol Ejemplo {n}",
            email=f"driver-{organization.id}-{n}@crowd.example",
            role=Role.LEARNER,
            organization=organization,
            profile=profile,
            created_at=now,
        )
        for n in range(many)
    ]
    session.add_all(new)
    session.flush()
    _employ(session, now)
    return [person.id for person in new]


def readers(session: Session, many: int, section: tuple[str, str], now: datetime) -> list[int]:
    """So many new drivers, each at another point: of their modules some are complete, some half read, some not begun.

    All of them have opened the section (module, anchor).
    """
    people, rng, modules = drivers(session, many, now), random.Random(SEED), published(session).library.modules
    profile = session.scalars(select(Person.profile_id).where(Person.id == people[0])).one()
    theirs = session.scalars(select(ProfileRequirement.module).where(ProfileRequirement.profile_id == profile)).all()
    readings, progress = [], []
    for person in people:
        for key in theirs:
            read = {s.anchor for s in modules[key].sections[: rng.randint(0, len(modules[key].sections))]}
            at, complete = now - timedelta(minutes=rng.randint(60, 80_000)), len(read) == len(modules[key].sections)
            if key == section[0]:
                read.add(section[1])
            if read:
                done = at if complete else None
                progress.append({"person_id": person, "module": key, "started_at": at, "completed_at": done})
            readings += [{"person_id": person, "module": key, "section": s, "opened_at": at} for s in sorted(read)]
    _add(session, SectionReading, readings)
    _add(session, Progress, progress)
    return people


def _employ(session: Session, now: datetime) -> None:
    """An employment from today on for everybody who has a company and none."""
    employed = select(Employment.person_id)
    new = select(Person.id, Person.organization_id, literal(program_day(now), Date)).where(
        Person.organization_id.is_not(None), Person.id.not_in(employed)
    )
    session.execute(insert(Employment).from_select(["person_id", "organization_id", "began_on"], new))


def busiest(session: Session) -> int:
    """Somebody with as many required modules as anybody has."""
    required: dict[int, int] = {}
    for profile in session.scalars(select(ProfileRequirement.profile_id)):
        required[profile] = required.get(profile, 0) + 1
    most = max(required, key=lambda profile: (required[profile], -profile))
    return session.scalars(select(Person.id).where(Person.profile_id == most).order_by(Person.id).limit(1)).one()


def _companies(session: Session, shelf: Published, many: int, now: datetime) -> list[tuple[int, str]]:
    """Ids of new companies, each with its one entity type."""
    kinds = list(islice(cycle(shelf.library.framework.entities), many))
    names = ("Sample", "Placeholder", "Muestra", "Specimen", "Exemple")
    rows = [
        {"number": f"CROWD-{n:05}", "name": f"{names[n % len(names)]} Freight {n}", "declined": [], "created_at": now}
        for n in range(many)
    ]
    _add(session, Organization, rows)
    ids = list(session.scalars(select(Organization.id).order_by(Organization.id)))
    _add(session, OrganizationEntity, [{"organization_id": i, "entity": k} for i, k in zip(ids, kinds, strict=True)])
    return list(zip(ids, kinds, strict=True))


def _people(places: Sequence[tuple[int, int]], many: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n, (company, profile) in zip(range(many), cycle(places), strict=False):
        yield {
            "name": f"Ana Ejemplo {n}",
            "email": f"person-{n}@crowd.example",
            "role": Role.LEARNER,
            "organization_id": company,
            "profile_id": profile,
            "epoch": 1,
            "demo": False,
            "created_at": now,
        }


def _histories(
    session: Session, shelf: Published, people: Iterable[tuple[int, int]], rng: random.Random, now: datetime
) -> None:
    """For each (person, profile): some modules begun, their sections read, and every other one passed and complete."""
    required: dict[int, list[str]] = {profile: [] for profile in session.scalars(select(Profile.id))}
    for profile, module in session.execute(select(ProfileRequirement.profile_id, ProfileRequirement.module)):
        required[profile].append(module)
    papers = {key: to_json(draw(module, (), (), rng)) for key, module in shelf.library.modules.items()}
    readings: list[dict[str, Any]] = []
    progress: list[dict[str, Any]] = []
    attempts: list[dict[str, Any]] = []
    for person, profile in people:
        theirs = required[profile]
        for place, key in enumerate(rng.sample(theirs, min(BEGUN, len(theirs)))):
            at, begun = now - timedelta(hours=rng.randint(2, 1400)), shelf.library.modules[key]
            done = at + timedelta(minutes=30) if place % 2 == 0 else None
            read = begun.sections if done else begun.sections[:2]
            progress.append({"person_id": person, "module": key, "started_at": at, "completed_at": done})
            readings += [{"person_id": person, "module": key, "section": s.anchor, "opened_at": at} for s in read]
            if done:
                attempts.append(_attempt(len(attempts), person, key, shelf, papers[key], at, done))
    for model, rows in ((SectionReading, readings), (Progress, progress), (Attempt, attempts)):
        _add(session, model, rows)
    ids = session.scalars(select(Attempt.id).order_by(Attempt.public_id))
    _add(session, Completion, [_completion(i, attempt) for i, attempt in zip(ids, attempts, strict=True)])


def _attempt(
    number: int, person: int, key: str, shelf: Published, paper: dict[str, Any], at: datetime, done: datetime
) -> dict[str, Any]:
    return {
        "public_id": f"crowd{number:017}",
        "person_id": person,
        "module": key,
        "language": "en",
        "revision_id": shelf.revision_id,
        "document": shelf.documents[key, "en"],
        "paper": paper,
        "pass_mark": 80,
        "started_at": at,
        "submitted_at": done,
        "score": str(len(paper["drawn"])),
        "out_of": len(paper["drawn"]),
        "passed": True,
    }


def _completion(attempt_id: int, attempt: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "person_id": attempt["person_id"],
        "organization_id": None,
        "module": attempt["module"],
        "revision_id": attempt["revision_id"],
        "attempt_id": attempt_id,
        "percent": 100,
        "completed_at": attempt["submitted_at"],
    }


def _add(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    table: Table = model.__table__
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(table), rows[start : start + CHUNK])
