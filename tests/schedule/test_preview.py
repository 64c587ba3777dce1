"""What changes between two sets of requirements: nothing is left out, nothing is told twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.schedule.preview import difference, for_company
from lms.schedule.rules import Requirement, due, out_of_order

FIRST = date(2027, 1, 4)
days = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))


def requirement(module: str, due_on: date, category: int = 6) -> Requirement:
    return Requirement(module, category, 1, due_on, ("everyone",), (f"{category}.1",))


sets = st.dictionaries(st.sampled_from("abcdefg"), days).map(
    lambda chosen: tuple(requirement(module, day) for module, day in chosen.items())
)


@given(sets, sets)
def test_before_and_the_difference_give_after(before: tuple[Requirement, ...], after: tuple[Requirement, ...]) -> None:
    found = difference(before, after)
    rebuilt = {r.module: r.due_on for r in before}
    for dropped in found.dropped:
        assert rebuilt.pop(dropped.module) == dropped.due_on
    for moved in (*found.earlier, *found.later):
        assert rebuilt[moved.module] == moved.before != moved.after
        rebuilt[moved.module] = moved.after
    for added in found.added:
        assert added.module not in rebuilt
        rebuilt[added.module] = added.due_on
    assert rebuilt == {r.module: r.due_on for r in after}


@given(sets, sets)
def test_the_way_back_is_the_difference_turned_round(
    before: tuple[Requirement, ...], after: tuple[Requirement, ...]
) -> None:
    there, back = difference(before, after), difference(after, before)
    assert (there.added, there.dropped) == (back.dropped, back.added)
    assert [m.module for m in there.earlier] == [m.module for m in back.later]
    assert bool(there) is bool(back)


@given(sets)
def test_nothing_changes_nothing(some: tuple[Requirement, ...]) -> None:
    assert not difference(some, some[::-1])


@given(sets, st.none() | days)
def test_a_companys_date_is_only_ever_earlier(some: tuple[Requirement, ...], own: date | None) -> None:
    theirs = for_company(some, own)
    assert [r.due_on for r in theirs] == [due(r.due_on, own) for r in some]
    assert not difference(some, theirs).later


def test_what_comes_first_stands_first() -> None:
    found = difference(
        (), (requirement("b", FIRST), requirement("a", FIRST + timedelta(days=1)), requirement("c", FIRST))
    )
    assert [r.module for r in found.added] == ["b", "c", "a"]


@given(st.lists(days, min_size=4, max_size=4), days)
def test_days_in_order_are_ascending_days(some: list[date], enforcement: date) -> None:
    phases = dict(enumerate(some, 1))
    wrong = out_of_order(phases, enforcement)
    assert (wrong == ()) is ([*some, enforcement] == sorted([*some, enforcement]))
    assert (None in wrong) is (enforcement < some[-1])
    assert set(wrong) - {None} == {n for n in (2, 3, 4) if phases[n] < phases[n - 1]}
