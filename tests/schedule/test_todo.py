"""What a kind of company does now, in order of importance and effort."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.shelf import Published
from lms.content.framework import Framework
from lms.content.library import Library
from lms.content.scope import concerns
from lms.schedule.rules import Schedule, schedule_of
from lms.schedule.todo import Action, Todo, todo

from .test_rules import DAY, FRAMEWORK, SCHEDULE, criterion, module

ENTITY = "importers"


def library(*criteria: str, **minutes: int) -> Library:
    """Criteria, an id with "?" for a should; modules "c4" and so on of these minutes, each of the category in its name."""
    made = [replace(criterion(c.rstrip("?")), level="should" if c.endswith("?") else "must") for c in criteria]
    framework: Framework = replace(FRAMEWORK, criteria={c.id: c for c in made})
    found = {}
    for name, length in minutes.items():
        number = int(name.partition("_")[0][1:])
        teaches = tuple(c.id for c in made if c.category == number)
        found[name] = module(name, number, teaches, minutes=length)
    return Library(framework, found, {})


def ask(lib: Library, today: date = DAY - timedelta(100), **changes: object) -> Todo:
    return todo(lib, SCHEDULE, today, **{"entities": (ENTITY,), **changes})


def categories(actions: tuple[Action, ...]) -> list[int]:
    return [one.category for one in actions if one.what == "category"]


def test_what_comes_into_force_first_comes_first() -> None:
    lib = library("7.1", "7.2", "9.1", "9.2", "9.3", "6.1", "4.1?", c9=5)
    assert categories(ask(lib).ahead) == [6, 4, 9, 7], "phase 1 is 4 and 6, phase 2 is 7 and 9; musts decide within one"


def test_of_equal_musts_the_shorter_one_comes_first() -> None:
    lib = library("4.1", "6.1", c4_a=20, c4_b=15, c6=30)
    assert categories(ask(lib).ahead) == [6, 4], "35 minutes against 30"


def test_musts_shoulds_and_minutes_are_counted_for_the_kind_of_company() -> None:
    lib = library("6.1", "6.2?", "6.3?", c6_a=20, c6_b=15)
    modules = dict(lib.modules) | {"c6_sea": module("c6_sea", 6, ("6.1",), entities=("sea-carriers",), minutes=99)}
    (action,) = [one for one in ask(replace(lib, modules=modules)).ahead if one.what == "category"]
    assert (action.musts, action.shoulds, action.modules, action.minutes) == (1, 2, 2, 35)
    assert (action.day, action.phase) == (SCHEDULE.phase(1).date, 1)


def test_what_concerns_nobody_of_the_company_is_left_out() -> None:
    sea = replace(criterion("7.35", "sea", ("sea-carriers",)))
    cameras = criterion("9.13", "cameras")
    lib = replace(library(), framework=replace(FRAMEWORK, criteria={c.id: c for c in (sea, cameras)}))
    assert categories(ask(lib).ahead) == [9]
    assert categories(ask(lib, entities=("sea-carriers",)).ahead) == [7, 9]
    assert categories(ask(lib, declined=("cameras",)).ahead) == []


def test_the_quick_things_come_first_and_only_while_they_can_be_done() -> None:
    lib, until, day = library("6.1"), date(2026, 12, 1), date(2026, 12, 8)
    assert [one.what for one in ask(lib).ahead] == ["workbook", "category"]
    found = ask(lib, comments_until=until, workshop_on=day).ahead
    assert [(one.what, one.day) for one in found[:3]] == [("comment", until), ("workbook", None), ("workshop", day)]
    assert (found[1].musts, found[1].shoulds) == (1, 0)


def test_what_is_in_force_is_listed_apart() -> None:
    lib = library("6.1", "9.1")
    on_the_day = ask(lib, SCHEDULE.phase(1).date)
    assert (categories(on_the_day.ahead), categories(on_the_day.in_force)) == ([9], [6])
    after = ask(lib, DAY + timedelta(400))
    assert ([one.what for one in after.ahead], categories(after.in_force)) == (["workbook"], [6, 9])


@pytest.fixture
def shipped(shelf_now: Published) -> tuple[Library, Schedule]:
    return shelf_now.library, schedule_of(shelf_now.library.framework.program)


def test_every_kind_of_company_is_told_of_each_of_its_criteria_once(shipped: tuple[Library, Schedule]) -> None:
    lib, schedule = shipped
    for entity in lib.framework.entities:
        for today in (date(2018, 12, 1), date(2019, 5, 1), date(2021, 1, 1)):
            found = todo(lib, schedule, today, entities=(entity,))
            rows = [one for one in (*found.ahead, *found.in_force) if one.what == "category"]
            theirs = [c for c in lib.framework.criteria.values() if concerns(c, lib.framework, (entity,))]
            assert sum(one.musts + one.shoulds for one in rows) == len(theirs)
            assert sorted(one.category for one in rows) == sorted({c.category for c in theirs})
            assert all(one.day is not None and one.day > today for one in found.ahead if one.what == "category")
        first = todo(lib, schedule, date(2018, 12, 1), entities=(entity,)).ahead[1:4]
        assert {one.category for one in first} == {4, 5, 6}, "as members were advised"


@given(
    st.lists(st.sampled_from([f"{c}.{n}{s}" for c in (4, 6, 7, 9) for n in range(1, 4) for s in ("", "?")]), min_size=1)
)
def test_the_order_is_by_day_then_musts_then_minutes(ids: list[str]) -> None:
    found = ask(library(*{i.rstrip("?"): i for i in ids}.values(), c4=10, c6=20, c7=10, c9=5)).ahead[1:]
    for one, other in pairwise(found):
        assert one.day is not None
        assert other.day is not None
        assert (one.day, -one.musts, one.minutes) <= (other.day, -other.musts, other.minutes)
