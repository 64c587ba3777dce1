"""What differs between two editions: found by number, name and what `formerly` says, the same in both directions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.editions import KINDS, Change, Kind, diff, in_words, names, newest_pair, pairs
from lms.content.framework import Criterion, Edition, Framework
from lms.content.reference import read_framework
from tests.factories.editions import NEXT, TABLE, next_table, with_next_edition
from tests.factories.library import small_courses

FRAMEWORK, _ = read_framework({**small_courses(), TABLE: next_table()})
MIRROR: dict[Kind, Kind] = {"added": "removed", "removed": "added", "raised": "lowered", "lowered": "raised"}


def framework() -> Framework:
    assert FRAMEWORK is not None
    return FRAMEWORK


def edition(name: str) -> Edition:
    found = framework().edition(name)
    assert found is not None
    return found


def criterion(id_: str, **values: object) -> Criterion:
    return replace(edition("2019").criteria["6.2"], id=id_, category=6, formerly=(), **values)  # type: ignore[arg-type]


def of(name: str, *criteria: Criterion) -> Edition:
    return Edition(name, {one.id: one for one in criteria})


def told(changes: tuple[Change, ...]) -> dict[str, tuple[str, ...]]:
    return {change.criterion.id: change.kinds for change in changes}


def test_the_made_up_edition_differs_in_every_kind() -> None:
    found = told(diff(edition("2019"), edition(NEXT), framework()))
    assert found == {
        "4.10": ("concerns",),
        "4.11": ("raised",),
        "5.8": ("removed",),
        "6.2": ("reworded", "concerns"),
        "6.7": ("lowered",),
        "6.11": ("added",),
        "6.12": ("renumbered",),
    }
    assert {kind for kinds in found.values() for kind in kinds} == set(KINDS)


def test_for_an_entity_type_a_criterion_that_comes_to_concern_it_is_new_and_one_that_ceases_is_gone() -> None:
    sea = told(diff(edition("2019"), edition(NEXT), framework(), "sea-carriers"))
    assert (sea["6.2"], sea["4.10"]) == (("removed",), ("removed",))
    assert told(diff(edition("2019"), edition(NEXT), framework(), "importers"))["6.2"] == ("reworded",)
    back = told(diff(edition(NEXT), edition("2019"), framework(), "sea-carriers"))
    assert (back["6.2"], back["4.10"]) == (("added",), ("added",))


def test_a_shift_of_numbers_is_seen_without_formerly() -> None:
    old = of("1", criterion("6.4", title="Locks"), criterion("6.5", title="Bolts"))
    new = of("2", criterion("6.4", title="Keys"), criterion("6.5", title="Locks"), criterion("6.6", title="Bolts"))
    assert told(diff(old, new, framework())) == {"6.4": ("added",), "6.5": ("renumbered",), "6.6": ("renumbered",)}


def test_formerly_comes_before_numbers_and_titles() -> None:
    old = of("1", criterion("6.4", title="Locks"), criterion("6.5", title="Bolts"))
    new = of("2", replace(criterion("6.5", title="Locks and keys"), formerly=("6.4",)), criterion("6.6", title="Bolts"))
    found = told(diff(old, new, framework()))
    assert found == {"6.5": ("reworded", "renumbered"), "6.6": ("renumbered",)}


def test_formerly_counts_only_for_the_edition_before() -> None:
    new = of("3", replace(criterion("6.5", title="Locks and keys", level="should"), formerly=("6.4",)))
    between = replace(framework(), editions={"2": of("2", criterion("6.4"))})
    found = told(diff(of("1", criterion("6.4", title="Locks")), new, between))
    assert found == {"6.4": ("removed",), "6.5": ("added",)}


def test_a_criterion_with_another_text_keeps_its_number_and_spaces_say_nothing() -> None:
    old = of("1", criterion("6.4", summary="One  text"), criterion("6.5", title="A"))
    new = of("2", criterion("6.4", summary="One text"), criterion("6.5", title="B", level="should"))
    assert told(diff(old, new, framework())) == {"6.5": ("reworded", "lowered")}


def test_editions_are_in_the_order_of_their_numbers() -> None:
    many = replace(framework(), editions={name: Edition(name, {}) for name in ("10", "9", "2019-2", "2019-10")})
    assert names(many) == ("9", "10", "2019", "2019-2", "2019-10")
    assert newest_pair(many) == ("2019-2", "2019-10")
    assert newest_pair(replace(framework(), editions={})) == ("2019", "2019")


# --- properties -----------------------------------------------------------------------------------------------------

IDS = st.sampled_from([f"6.{n}" for n in range(1, 9)])
CRITERIA = st.builds(
    criterion,
    IDS,
    level=st.sampled_from(["must", "should"]),
    title=st.sampled_from(["Seals", "Locks", "Keys"]),
    summary=st.sampled_from(["A seal on a door.", "A seal on every door.", "Nothing of it"]),
    scope=st.sampled_from(["common", "trade", "transport"]),
)


@st.composite
def two(draw: st.DrawFn) -> tuple[Edition, Edition]:
    a, b = (of(name, *draw(st.lists(CRITERIA, max_size=6))) for name in ("1", "2"))
    former = st.lists(IDS, max_size=2).map(tuple)
    return a, of("2", *(replace(one, formerly=draw(former)) for one in b.criteria.values()))


ENTITY = st.sampled_from([None, "importers", "sea-carriers"])


@given(two(), ENTITY)
def test_an_edition_does_not_differ_from_itself(both: tuple[Edition, Edition], entity: str | None) -> None:
    for one in both:
        assert diff(one, one, framework(), entity) == ()


@given(two(), ENTITY)
def test_backwards_is_the_mirror_of_forwards(both: tuple[Edition, Edition], entity: str | None) -> None:
    a, b = both
    there, back = diff(a, b, framework(), entity), diff(b, a, framework(), entity)
    mirrored = {(c.after, c.before, frozenset(MIRROR.get(kind, kind) for kind in c.kinds)) for c in there}
    assert {(c.before, c.after, frozenset(c.kinds)) for c in back} == mirrored
    assert len(there) == len(back)


@given(two())
def test_every_criterion_is_in_one_pair(both: tuple[Edition, Edition]) -> None:
    found = pairs(*both, framework())
    for edition_, place in zip(both, (0, 1), strict=True):
        assert sorted(pair[place].id for pair in found if pair[place]) == sorted(edition_.criteria)  # type: ignore[union-attr]


WORDS = st.lists(st.sampled_from(["seal", "door", "bolt", "on", "a"]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_the_words(old: str, new: str) -> None:
    parts = in_words(old, new)
    for text, left_out in ((old, "new"), (new, "old")):
        assert " ".join(part.text for part in parts if part.kind != left_out) == text


# --- the files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2019", NEXT])
def test_a_framework_can_be_seen_under_each_of_its_editions(name: str) -> None:
    seen = framework().under(name)
    assert seen.program.edition == name
    assert seen.criteria == edition(name).criteria
    assert names(seen) == names(framework())
    assert seen.under("2019").criteria == framework().criteria


def test_the_next_edition_can_wait_beside_the_one_in_force() -> None:
    framework, problems = read_framework(with_next_edition(small_courses()))
    assert framework is not None
    assert problems == ()
    assert framework.editions[NEXT].criteria["6.12"].formerly == ("6.1",)
    assert "6.12" not in framework.criteria
