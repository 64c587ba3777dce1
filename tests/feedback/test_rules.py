"""When comments are taken, what a comment needs, and when two say the same."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.feedback import forms, rules
from lms.feedback.rules import Words

DAY = date(2026, 11, 24)
days = st.dates(date(2018, 1, 1), date(2030, 12, 31))
text = st.text(max_size=200)
WORDS = Words("6.2", "importers", "cost", "A bolt seal costs two dollars.")


@dataclass(frozen=True)
class Period:
    begins_on: date
    ends_on: date
    edition: str = "2019"


@given(days, st.integers(0, 200), days)
def test_a_period_runs_on_its_first_day_its_last_and_all_between(first: date, length: int, today: date) -> None:
    period = Period(first, first + timedelta(days=length))
    assert rules.runs(period, period.begins_on)
    assert rules.runs(period, period.ends_on)
    assert not rules.runs(period, period.begins_on - timedelta(days=1))
    assert not rules.runs(period, period.ends_on + timedelta(days=1))
    sides = [rules.coming([period], today), *rules.running([period], {"2019"}, today), rules.over([period], today)]
    assert sides.count(period) == 1, "on any day it is to come, runs or is over"


def test_of_several_periods_the_one_that_ends_first_comes_first() -> None:
    long, short = Period(DAY, DAY + timedelta(days=90)), Period(DAY, DAY + timedelta(days=9), "next")
    assert rules.running([long, short], {"2019", "next"}, DAY) == [short, long]
    assert rules.running([long, short], {"2019"}, DAY) == [long], (
        "an edition that the site does not know has no criteria"
    )


def test_the_next_and_the_last_period_are_the_nearest() -> None:
    past = [Period(DAY - timedelta(days=n + 5), DAY - timedelta(days=n)) for n in (50, 10, 30)]
    ahead = [Period(DAY + timedelta(days=n), DAY + timedelta(days=n + 5)) for n in (50, 10, 30)]
    assert rules.over([*past, *ahead], DAY) == past[1]
    assert rules.coming([*past, *ahead], DAY) == ahead[1]
    assert rules.coming(past, DAY) is None
    assert rules.over(ahead, DAY) is None


@given(text)
def test_tidy_text_stays_as_it_is(typed: str) -> None:
    once = rules.tidy(typed)
    assert rules.tidy(once) == once
    assert once == once.strip()
    assert not any(c != "\n" and not c.isprintable() for c in once)


def test_tidy_keeps_words_and_lines_apart() -> None:
    assert rules.tidy(" one\ttwo\u00a0three\r\nfour\rfive\x00 ") == "one two three\nfour\nfive"


@given(st.lists(st.text("abé", min_size=1, max_size=8), min_size=1, max_size=8), st.data())
def test_spaces_do_not_make_another_comment(said: list[str], data: st.DataObject) -> None:
    gaps = st.sampled_from([" ", "\n", "  ", " \n "])
    spread = "".join(word + data.draw(gaps) for word in said)
    assert rules.digest(replace(WORDS, text=spread)) == rules.digest(replace(WORDS, text=" ".join(said)))


@given(text, text)
def test_what_differs_in_any_part_is_another_comment(one: str, other: str) -> None:
    parts = [Words(one, "a", "b", "c"), Words("a", one, "b", "c"), Words("a", "b", one, "c")]
    others = [Words(other, "a", "b", "c"), Words("a", other, "b", "c"), Words("a", "b", other, "c")]
    for left, right in zip(parts, others, strict=True):
        assert (rules.digest(left) == rules.digest(right)) == (one == other)


def test_how_a_comment_stands() -> None:
    assert rules.standing("draft", answered=False) == "draft"
    assert rules.standing("sent", answered=False) == "sent"
    assert rules.standing("sent", answered=True) == "answered"
    assert rules.standing("withdrawn", answered=True) == "withdrawn", "what was taken back is not answered"


def test_a_comment_is_whole_with_all_its_parts_and_not_too_long() -> None:
    assert not forms.whole(WORDS)
    assert list(forms.whole(Words("", "", "", "")).messages) == ["criterion", "entity", "kind", "text"]
    assert not forms.whole(replace(WORDS, text="x" * 1000))
    assert forms.whole(replace(WORDS, text="x" * 1001)).messages == {
        "text": "The comment has 1,001 characters. Shorten it to 1,000."
    }


def test_what_was_not_offered_is_not_said() -> None:
    sent = {"criterion": "99.9", "entity": "pirates", "kind": "praise", "text": " Why? "}
    assert forms.read_words(sent, {"6.2"}, {"importers"}) == Words("", "", "", "Why?")
    assert forms.read_words(sent | {"criterion": "6.2"}, {"6.2"}, {"importers"}).criterion == "6.2"


@given(st.text(max_size=30))
def test_any_version_and_id_is_read_or_refused(typed: str) -> None:
    assert forms.read_version({"version": typed}) >= 0
    found = forms.read_public_id({"public_id": typed})
    assert found is None or (found == typed and len(found) == 22)
