"""Whom an announcement is for, and in which language it is read."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.announcements.rules import Audience, Reader, Words, is_shown, reaches, words_in

ENTITIES, OFFICES, PHASES = ("importers", "exporters", "rail-carriers"), ("houston", "miami"), (1, 2, 3, 4)
some = st.lists
AUDIENCES = st.builds(
    Audience,
    some(st.sampled_from(ENTITIES), unique=True).map(tuple),
    some(st.sampled_from(OFFICES), unique=True).map(tuple),
    some(st.sampled_from(PHASES), unique=True).map(tuple),
)
READERS = st.builds(
    Reader,
    st.booleans(),
    st.frozensets(st.sampled_from(ENTITIES)),
    st.sampled_from((None, *OFFICES)),
    st.frozensets(st.sampled_from(PHASES)),
)


@given(AUDIENCES, READERS)
def test_a_wider_audience_reaches_no_fewer(audience: Audience, reader: Reader) -> None:
    wider = (Audience((), audience.offices, audience.phases), Audience(audience.entities, (), audience.phases),
             Audience(audience.entities, audience.offices, ()))  # fmt: skip
    if reaches(audience, reader):
        assert all(reaches(one, reader) for one in wider)
    assert reaches(Audience(), reader) is reader.company


def test_all_that_is_named_must_fit() -> None:
    reader = Reader(True, {"importers", "exporters"}, "miami", {2})
    assert reaches(Audience(("importers",), ("miami", "houston"), (1, 2)), reader)
    assert not reaches(Audience(("rail-carriers",)), reader)
    assert not reaches(Audience((), ("houston",)), reader)
    assert not reaches(Audience((), (), (1,)), reader)


def test_the_readers_language_or_english() -> None:
    english = Words("Dates", "Text", "<p>Text</p>", "en")
    spanish = {"title": "Fechas", "body": "Texto", "html": "<p>Texto</p>"}
    assert words_in("es", english, {"es": spanish}) == Words("Fechas", "Texto", "<p>Texto</p>", "es")
    assert words_in("fr", english, {"es": spanish}) == english


def test_it_is_shown_through_its_last_day() -> None:
    last = date(2026, 12, 1)
    assert is_shown(True, False, last, last)
    assert not is_shown(True, False, last, date(2026, 12, 2))
    assert not is_shown(True, True, last, last)
    assert not is_shown(False, False, last, last)
