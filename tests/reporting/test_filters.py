from datetime import date
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.filters import LABELS, Choice, Filters, read, read_choice, read_days, read_order

CHOICES = {name: {"1": f"{label} one", "a b&c": f"{label} & two"} for name, label in LABELS.items()}
values = st.sampled_from(("", "1", "a b&c"))


@given(st.fixed_dictionaries(dict.fromkeys(LABELS, values)))
def test_the_address_gives_the_filters_again(chosen: dict[str, str]) -> None:
    filters = Filters(**chosen)
    assert read(dict(parse_qsl(filters.query)), CHOICES) == (filters, [])
    assert filters.chosen == {name: value for name, value in chosen.items() if value}


@given(st.dictionaries(st.sampled_from([*LABELS, "page", "x"]), st.text(max_size=80)))
def test_whatever_an_address_says_only_known_values_are_chosen(args: dict[str, str]) -> None:
    filters, ignored = read(args, CHOICES)
    assert all(value in CHOICES[name] for name, value in filters.chosen.items())
    unknown = [n for n in LABELS if args.get(n, "").strip() and args[n].strip() not in CHOICES[n]]
    assert len(ignored) == len(unknown)


def test_an_unknown_value_is_left_out_with_a_sentence() -> None:
    filters, ignored = read({"category": "99", "phase": "1"}, CHOICES)
    assert filters == Filters(phase="1")
    assert ignored == ["There is no category “99”. The page shows the figures without it."]


def test_what_does_not_apply_to_a_page_is_not_read() -> None:
    assert read({"status": "nonsense", "phase": "1"}, CHOICES, ("status",)) == (Filters(phase="1"), [])


def test_filters_in_words() -> None:
    assert Filters(phase="1", entity="a b&c").words(CHOICES) == "phase one, entity type & two"
    assert Filters().words(CHOICES) == ""


def test_a_group_narrows_the_filters() -> None:
    assert Filters(phase="1").but(category="6", status="overdue").query == "phase=1&category=6&status=overdue"
    assert Filters(phase="1", status="overdue").but(status="").query == "phase=1"


def test_the_choice_of_a_roster() -> None:
    assert read_choice({}, ("driver",)) == Choice()
    assert read_choice({"show": "x", "function": "pilot"}, ("driver",)) == Choice()
    chosen = read_choice({"show": "behind", "function": "driver", "q": " Ana & Bo "}, ("driver",))
    assert chosen == Choice("behind", "driver", "Ana & Bo")
    assert dict(parse_qsl(chosen.query)) == {"show": "behind", "function": "driver", "q": "Ana & Bo"}
    assert chosen.narrow
    assert not Choice(show="behind").narrow
    assert (read_order({"order": "ahead"}), read_order({"order": "x"})) == ("ahead", "behind")


TODAY = date(2026, 11, 24)
EARLIER, LATER = date(2026, 10, 12), date(2026, 11, 2)


def test_the_days_of_an_address() -> None:
    assert read_days({}, TODAY) == (TODAY, None, [])
    assert read_days({"day": " ", "against": ""}, TODAY) == (TODAY, None, [])
    assert read_days({"day": "2026-11-02"}, TODAY) == (LATER, None, [])
    assert read_days({"day": "2026-11-02", "against": "2026-10-12"}, TODAY) == (LATER, EARLIER, [])
    assert read_days({"against": "2026-11-02"}, TODAY) == (TODAY, LATER, [])


def test_days_that_mean_nothing_are_named_and_left_out() -> None:
    for typed in ("2026-11-25", "11/02/2026", "soon", "2026-02-30"):
        day, against, ignored = read_days({"day": typed}, TODAY)
        assert (day, against) == (TODAY, None)
        assert ignored == [f"“{typed}” is no day up to today. The page shows the figures of today."]
    for typed in ("2026-11-02", "2026-11-03", "x"):  # the day itself, and what comes after it
        day, against, ignored = read_days({"day": "2026-11-02", "against": typed}, TODAY)
        assert (day, against) == (LATER, None)
        assert ignored == [f"“{typed}” is no day before the one shown. The page compares with no other day."]


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_day_lies_ahead(day: str, against: str) -> None:
    found, other, _ = read_days({"day": day, "against": against}, TODAY)
    assert found <= TODAY
    assert other is None or other < found
