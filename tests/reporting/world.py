"""Small random programs, put into a database and counted again in plain Python."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, OrganizationEntity, Person, Profile, StaleFigures
from lms.accounts.rules import UNKNOWN, size_of
from lms.content.framework import Criterion, FocusArea, Framework, Phase, Program
from lms.core.clock import day_begins
from lms.learning.models import Progress
from lms.reporting.filters import NO_FUNCTION, SHOWS, Choice, Filters
from lms.reporting.models import CompanyCount, CompanyFigure
from lms.reporting.rules import Figures, Status, status
from lms.schedule.models import ProfileRequirement
from lms.schedule.rules import due

AREAS = {"corporate": (1, 2, 3, 4), "transport": (5, 6, 7, 8), "people": (9, 10, 11, 12)}
ENTITIES = ("importers", "exporters", "carriers")
FUNCTIONS = ("driver", "drive", "guard")  # one is the beginning of another
MODULES = (*(f"category-{n}/module-{n}" for n in (1, 4, 5, 6, 9, 12)), "category-6/another")
FIRST = date(2026, 10, 26)  # daylight saving time ends within these days
DAYS = 40
TABLES = [
    model.metadata.tables[model.__tablename__]
    for model in (
        Organization,
        OrganizationEntity,
        Profile,
        ProfileRequirement,
        Person,
        Progress,
        StaleFigures,
        CompanyCount,
        CompanyFigure,
    )
]
LEVELS = {"6.1": "must", "6.2": "should", "6.3": "should"}

FRAMEWORK = Framework(
    program=Program("2019", date(2027, 1, 1), (Phase(1, FIRST, tuple(range(1, 13))),), 80, 12, ()),
    focus_areas=tuple(FocusArea(slug, slug.title(), numbers, "yes") for slug, numbers in AREAS.items()),
    categories={},
    criteria={
        id: Criterion(id, 6, level, id, id, "", True, "", (), "", "yes", (), "")  # type: ignore[arg-type]
        for id, level in LEVELS.items()
    },
    entities={},
    functions={},
    scopes={},
)


@dataclass(frozen=True)
class Company:
    number: str
    name: str
    entities: tuple[str, ...]
    due_by: date | None
    office: str | None
    country: str | None
    employees: int | None


@dataclass(frozen=True)
class Worker:
    """`company` and `profile` are places in the world's lists."""

    name: str
    company: int | None
    profile: int | None
    disabled: bool
    language: str | None
    progress: dict[str, tuple[datetime, datetime | None]]


@dataclass(frozen=True)
class Need:
    module: str
    category: int
    phase: int
    due_on: date
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class World:
    companies: list[Company]
    profiles: list[tuple[tuple[str, ...], list[Need]]]
    workers: list[Worker]
    today: date


@dataclass(frozen=True)
class Fact:
    """One requirement of one person, as plain Python sees it."""

    person: int
    company: Company
    functions: tuple[str, ...]
    need: Need
    due: date
    started_at: datetime | None
    completed_at: datetime | None
    status: Status
    language: str


# Few days, so that due days, today and completions often meet; moments at the very edge of a day among them.
days = st.integers(0, DAYS // 4).map(lambda n: FIRST + timedelta(days=4 * n))
edges = st.integers(0, DAYS).map(lambda n: day_begins(FIRST + timedelta(days=n)).astimezone(UTC))
moments = edges | st.integers(0, DAYS * 24).map(lambda n: datetime(2026, 10, 26, tzinfo=UTC) + timedelta(hours=n))


rarely = st.sampled_from((False, False, False, False, True))


@st.composite
def progress(draw: st.DrawFn) -> dict[str, tuple[datetime, datetime | None]]:
    found = {}
    for module in draw(st.sets(st.sampled_from(MODULES), min_size=1)):
        started = draw(moments)
        found[module] = (started, None if draw(rarely) else max(started, draw(moments)))
    return found


taught = st.sampled_from((("6.1",), ("6.2",), ("6.2", "6.3"), ("6.1", "6.3")))


@st.composite
def needs(draw: st.DrawFn) -> list[Need]:
    chosen = draw(st.lists(st.sampled_from(MODULES), unique=True, min_size=3))
    return [
        Need(m, int(m.split("/")[0].split("-")[1]), draw(st.integers(1, 3)), draw(days), draw(taught)) for m in chosen
    ]


@st.composite
def companies(draw: st.DrawFn, number: int) -> Company:
    """Two may have one name, and some have no entity type."""
    kinds = tuple(draw(st.sets(st.sampled_from(ENTITIES))))
    return Company(
        f"N-{number}",
        draw(st.sampled_from(("Alpha", "Beta"))),
        kinds,
        draw(st.none() | days),
        draw(st.sampled_from((None, "miami"))),
        draw(st.sampled_from((None, "MX"))),
        draw(st.sampled_from((None, 49, 50, 249, 1000))),
    )


languages = st.sampled_from((None, "en", "es"))


@st.composite
def workers(draw: st.DrawFn, employers: int, profiles: int) -> Worker:
    company = None if draw(rarely) else draw(st.integers(0, employers - 1))
    profile = None if draw(rarely) else draw(st.integers(0, profiles - 1))
    return Worker(
        draw(st.sampled_from(("Ana", "Bo"))), company, profile, draw(rarely), draw(languages), draw(progress())
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    employers = [draw(companies(n)) for n in range(draw(st.integers(1, 4)))]
    profiles = [(tuple(draw(st.sets(st.sampled_from(FUNCTIONS)))), draw(needs())) for _ in range(3)]
    employed_ = draw(st.lists(workers(len(employers), len(profiles)), min_size=3, max_size=8))
    return World(employers, profiles, employed_, draw(days))


CHOSEN: dict[str, tuple[str, ...]] = {
    "phase": ("1", "2", "9"),
    "focus_area": tuple(AREAS),
    "category": ("6", "12", "7"),
    "entity": ENTITIES,
    "office": ("miami", UNKNOWN),
    "country": ("MX", UNKNOWN),
    "size": ("small", "medium", "large", "very-large", UNKNOWN),
    "function": (*FUNCTIONS, NO_FUNCTION),
    "language": ("en", "es", "fr"),
    "level": ("must", "should"),
    "module": MODULES[:3],
    "organization": ("N-0", "N-1", "N-9"),
    "status": tuple(s.value for s in Status),
}


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    """None, one or two parts, so that something mostly passes."""
    parts = draw(st.sets(st.sampled_from(sorted(CHOSEN)), max_size=2))
    return Filters(**{name: draw(st.sampled_from(CHOSEN[name])) for name in sorted(parts)})


choices = st.builds(
    Choice,
    show=st.sampled_from(SHOWS),
    function=st.sampled_from(("", *FUNCTIONS)),
    words=st.sampled_from(("", "a", "BO", "%", "1@")),
)


def fill(session: Session, world: World) -> None:
    """Put the world into an emptied database."""
    for table in reversed(TABLES):
        session.execute(table.delete())
    at = datetime(2026, 10, 1, tzinfo=UTC)

    def add(model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            session.execute(insert(model), rows)

    companies = list(enumerate(world.companies, 1))
    add(
        Organization,
        [
            {
                "id": n,
                "number": c.number,
                "name": c.name,
                "declined": [],
                "due_by": c.due_by,
                "field_office": c.office,
                "country": c.country,
                "employees": c.employees,
                "created_at": at,
            }
            for n, c in companies
        ],
    )
    add(OrganizationEntity, [{"organization_id": n, "entity": e} for n, c in companies for e in c.entities])
    profiles = list(enumerate(world.profiles, 1))
    add(
        Profile,
        [{"id": n, "key": str(n), "entities": [], "declined": [], "functions": list(f)} for n, (f, _) in profiles],
    )
    add(
        ProfileRequirement,
        [
            {
                "profile_id": n,
                "module": need.module,
                "category": need.category,
                "phase": need.phase,
                "due_on": need.due_on,
                "functions": ["everyone"],
                "criteria": list(need.criteria),
            }
            for n, (_, needed) in profiles
            for need in needed
        ],
    )
    workers = list(enumerate(world.workers, 1))
    add(
        Person,
        [
            {
                "id": n,
                "name": w.name,
                "email": f"{n}@sample.example",
                "role": "learner",
                "organization_id": None if w.company is None else w.company + 1,
                "profile_id": None if w.profile is None else w.profile + 1,
                "language": w.language,
                "created_at": at,
                "disabled_at": at if w.disabled else None,
            }
            for n, w in workers
        ],
    )
    add(
        Progress,
        [
            {"person_id": n, "module": module, "started_at": started, "completed_at": completed}
            for n, w in workers
            for module, (started, completed) in w.progress.items()
        ],
    )


def facts(world: World, chosen: Filters = Filters()) -> list[Fact]:  # noqa: B008
    """Every requirement that passes the filters, found by looking at everything."""
    return [f for f in _facts(world) if _passes(f, chosen)]


def _facts(world: World) -> Iterator[Fact]:
    for number, worker in enumerate(world.workers, 1):
        if worker.disabled or worker.company is None or worker.profile is None:
            continue
        company = world.companies[worker.company]
        functions, needed = world.profiles[worker.profile]
        for need in needed:
            started, completed = worker.progress.get(need.module, (None, None))
            day = due(need.due_on, company.due_by)
            state = status(started=started is not None, completed=completed is not None, due=day, today=world.today)
            language = worker.language or "en"
            yield Fact(number, company, functions, need, day, started, completed, state, language)


def _passes(fact: Fact, chosen: Filters) -> bool:
    return (
        chosen.phase in ("", str(fact.need.phase))
        and (not chosen.focus_area or fact.need.category in AREAS[chosen.focus_area])
        and chosen.category in ("", str(fact.need.category))
        and (not chosen.entity or chosen.entity in fact.company.entities)
        and chosen.office in ("", fact.company.office or UNKNOWN)
        and chosen.country in ("", fact.company.country or UNKNOWN)
        and chosen.size in ("", size_of(fact.company.employees))
        and chosen.function in ("", *(fact.functions or (NO_FUNCTION,)))
        and chosen.language in ("", fact.language)
        and chosen.level in ("", "must" if "6.1" in fact.need.criteria else "should")
        and chosen.module in ("", fact.need.module)
        and chosen.organization in ("", fact.company.number)
        and chosen.status in ("", fact.status)
    )


def count(found: list[Fact]) -> Figures:
    """The figures of these facts, one by one."""

    def people(test: Callable[[Fact], bool]) -> int:
        return len({f.person for f in found if test(f)})

    return Figures(
        required=len(found),
        complete=sum(f.completed_at is not None for f in found),
        started=sum(f.status is Status.STARTED for f in found),
        overdue=sum(f.status is Status.OVERDUE for f in found),
        begun=sum(f.started_at is not None and f.completed_at is None for f in found),
        people=people(lambda f: True),
        behind=people(lambda f: f.status is Status.OVERDUE),
        unfinished=people(lambda f: f.completed_at is None),
    )


def count_by(found: list[Fact], key: Callable[[Fact], Hashable]) -> dict[Any, Figures]:
    return {k: count([f for f in found if key(f) == k]) for k in {key(f) for f in found}}


def employed(
    world: World, company: int, chosen: Choice, *, ended: bool = False
) -> dict[int, tuple[Worker, list[Fact]]]:
    """The people of a company whom the choice names, with what is required of each; or those whose access has ended."""
    if ended:
        swapped = [replace(worker, disabled=not worker.disabled) for worker in world.workers]
        world = replace(world, workers=swapped)
    found = facts(world)
    return {
        number: (worker, [f for f in found if f.person == number])
        for number, worker in enumerate(world.workers, 1)
        if worker.company == company
        and not worker.disabled
        and chosen.words.lower() in f"{worker.name} {number}@sample.example".lower()
        and (not chosen.function or chosen.function in _functions(world, worker))
    }


def _functions(world: World, worker: Worker) -> tuple[str, ...]:
    return world.profiles[worker.profile][0] if worker.profile is not None else ()


TOPICS = (
    "all",
    *(f"category:{n}" for n in range(1, 13)),
    *(f"phase:{n}" for n in range(1, 4)),
    *(f"area:{a}" for a in AREAS),
)


def within(fact: Fact, topic: str) -> bool:
    kind, _, value = topic.partition(":")
    return (
        kind == "all"
        or (kind == "category" and value == str(fact.need.category))
        or (kind == "phase" and value == str(fact.need.phase))
        or (kind == "area" and fact.need.category in AREAS[value])
    )


def company_figure(number: int, topic: str, found: list[Fact]) -> CompanyFigure:
    """What is kept of a company with these requirements."""
    shown = {name: value for name, value in asdict(count(found)).items() if name not in ("on_time", "companies")}
    return CompanyFigure(organization_id=number, topic=topic, on_time=0, share=0, **shown)
