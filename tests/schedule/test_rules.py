"""Who must take which module, and by when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.course import Module
from lms.content.framework import (
    Category,
    Criterion,
    EntityType,
    FocusArea,
    Framework,
    JobFunction,
    Phase,
    Program,
    Scope,
)
from lms.content.library import Library
from lms.content.scope import concerns
from lms.schedule.rules import due, requirement, requirements, schedule_of

DAY = date(2027, 2, 22)


def criterion(cid: str, scope: str = "common", entities: tuple[str, ...] = ()) -> Criterion:
    return Criterion(
        cid, int(cid.split(".")[0]), "must", "Title", "Summary", "", True, scope, entities, "", "yes", (), ""
    )


def module(key: str, category: int, criteria: tuple[str, ...], **changes: object) -> Module:
    made = Module(
        key=key, path=f"{key}.md", language="en", title=key, category=category, slug=key, criteria=criteria, entities=None, functions=None,
        level="personnel", minutes=10, pass_mark=80, change="editorial", reason="", owner="t@demo.example", opening="", summary="",
        sections=(), pools=(),
    )  # fmt: skip
    return replace(made, **changes)


CRITERIA = [
    criterion("6.1"),
    criterion("6.3", "carrier-ltl"),
    criterion("4.8"),
    criterion("9.13", "cameras"),
    criterion("7.35", "sea", ("sea-carriers",)),
]
FRAMEWORK = Framework(
    program=Program(
        "2019", DAY, (Phase(1, DAY - timedelta(77), (4, 6)), Phase(2, DAY - timedelta(14), (7, 9))), 80, 12, (7,)
    ),
    focus_areas=(FocusArea("all", "All", (4, 6, 7, 9), "yes"),),
    categories={n: Category(n, f"c{n}", f"C{n}", f"C{n}", "", False, "yes") for n in (4, 6, 7, 9)},
    criteria={c.id: c for c in CRITERIA},
    entities={s: EntityType(s, s, s, s, s, "yes") for s in ("importers", "sea-carriers", "highway-carriers-us-mexico")},
    functions={s: JobFunction(s, s, s, ()) for s in ("everyone", "driver", "it")},
    scopes={
        "common": Scope("common", None),
        "carrier-ltl": Scope("carrier-ltl", ("highway-carriers-us-mexico",), "Less than truckload?"),
        "cameras": Scope("cameras", None, "Cameras?"),
        "sea": Scope("sea", ("sea-carriers",)),
    },
)
SCHEDULE = schedule_of(FRAMEWORK.program)


def test_everybody_takes_a_module_written_for_all() -> None:
    found = requirement(
        module("m", 4, ("4.8",)), FRAMEWORK, SCHEDULE, entities=["importers"], declined=[], functions=[]
    )
    assert found is not None
    assert (found.functions, found.criteria, found.due_on, found.phase) == (
        ("everyone",),
        ("4.8",),
        DAY - timedelta(77),
        1,
    )


@pytest.mark.parametrize(
    ("functions", "expected"), [(["driver"], True), (["it"], False), ([], False), (["it", "driver"], True)]
)
def test_a_module_for_some_functions_is_required_of_those_only(functions: list[str], expected: bool) -> None:
    found = requirement(
        module("m", 6, ("6.1",), functions=("driver",)),
        FRAMEWORK,
        SCHEDULE,
        entities=["importers"],
        declined=[],
        functions=functions,
    )
    assert (found is not None) == expected


def test_a_module_none_of_whose_criteria_concern_the_company_is_not_required() -> None:
    cameras = module("m", 9, ("9.13",))
    ask = {"framework": FRAMEWORK, "schedule": SCHEDULE, "entities": ["importers"], "functions": []}
    assert requirement(cameras, declined=[], **ask) is not None
    assert requirement(cameras, declined=["cameras"], **ask) is None


def test_direct_evidence_counts_whatever_the_scope_says() -> None:
    odd = replace(criterion("6.3", "carrier-ltl"), entities=("importers",))
    assert concerns(odd, FRAMEWORK, ["importers"])
    assert not concerns(FRAMEWORK.criteria["6.3"], FRAMEWORK, ["importers"])


def test_a_company_may_set_an_earlier_day_never_a_later_one() -> None:
    assert due(DAY, DAY - timedelta(5)) == DAY - timedelta(5)
    assert due(DAY, DAY + timedelta(5)) == DAY
    assert due(DAY, None) == DAY


@given(
    st.sets(st.sampled_from(sorted(FRAMEWORK.entities))),
    st.sets(st.sampled_from(sorted(FRAMEWORK.scopes))),
    st.sets(st.sampled_from(["driver", "it"])),
)
def test_requirements_say_their_reason_and_come_earliest_first(
    entities: set[str], declined: set[str], functions: set[str]
) -> None:
    library = Library(
        FRAMEWORK,
        {
            m.key: m
            for m in (
                module("a", 9, ("9.13",)),
                module("b", 6, ("6.1", "6.3"), functions=("driver",)),
                module("c", 7, ("7.35",)),
            )
        },
        {},
    )
    found = requirements(library, SCHEDULE, entities=entities, declined=declined, functions=functions)
    assert [r.due_on for r in found] == sorted(r.due_on for r in found)
    for r in found:
        assert r.functions
        assert r.criteria
        assert all(FRAMEWORK.criteria[c].scope not in declined for c in r.criteria)
        assert set(r.functions) <= functions | {"everyone"}


@given(st.integers(-400, 400))
def test_other_dates_stand_in_place_of_the_files(days: int) -> None:
    moved = schedule_of(FRAMEWORK.program, DAY + timedelta(days), {1: DAY}, "A note")
    assert moved.days_ahead(DAY) == days
    assert moved.phase(1).date == DAY
    assert moved.phase(2).date == DAY - timedelta(14)
    assert moved.phase_of(9).number == 2
