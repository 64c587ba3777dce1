"""What a row states, and what is wrong with it."""

from datetime import date

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from lms.roster import days, entries
from lms.roster.columns import recognized
from lms.roster.entries import Entry

TODAY = date(2027, 1, 4)
FUNCTIONS = {
    "driver": "driver",
    "conductor": "driver",
    "itorsystemadministrator": "it",
    "it": "it",
    "everyone": "everyone",
}


def entry(**stated: str) -> Entry:
    stated = {"email": "a@x.example", "name": "Ana"} | stated
    return entries.reader(recognized(tuple(stated)), FUNCTIONS, TODAY)(7, tuple(stated.values()))


def problem(**stated: str) -> tuple[str, dict[str, object]]:
    (told,) = entry(**stated).problems
    assert told[0] % told[1]
    return told[0], told[1]


def test_a_row_with_everything() -> None:
    assert entry(
        name="Ana  Ejemplo",
        email="Ana@X.example",
        functions="Conductor; IT or system administrator;everyone",
        language="Español",
        site="Dock 4",
        employee_number="'-17",
        hired="2020-04-03",
        left="2027-06-30",
    ) == Entry(
        7, "ana@x.example", "Ana Ejemplo", ("driver", "it"), "es", "Dock 4", "-17", date(2020, 4, 3), date(2027, 6, 30)
    )


def test_an_empty_cell_states_nothing() -> None:
    assert entry(name="", functions="", site="", left="") == Entry(7, "a@x.example")
    assert entry(functions="everyone").functions == ()


def test_a_name_in_two_parts() -> None:
    read = entries.reader(recognized(("Apellidos", "Nombre", "Correo")), FUNCTIONS, TODAY)
    assert read(2, ("Ejemplo Muestra", "Marisol", "m@x.example")).name == "Marisol Ejemplo Muestra"


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({"email": ""}, entries.NO_EMAIL),
        ({"email": "robin at x"}, entries.BAD_EMAIL),
        ({"email": "a@x"}, entries.BAD_EMAIL),
        ({"name": "x" * 201}, entries.TOO_LONG),
        ({"site": "x" * 101}, entries.TOO_LONG),
        ({"employee_number": "1" * 41}, entries.TOO_LONG),
        ({"functions": "driver;pilot"}, entries.NO_FUNCTION),
        ({"language": "Deutsch"}, entries.NO_LANGUAGE),
        ({"hired": "2027-01-05"}, entries.NOT_YET_HIRED),
        ({"hired": "2020-05-02", "left": "2020-05-01"}, entries.LEFT_BEFORE_HIRED),
        ({"hired": "03/04/2020"}, days.AMBIGUOUS),
        ({"hired": "April 3"}, days.NO_DAY),
    ],
)
def test_what_is_wrong_with_a_row(stated: dict[str, str], sentence: str) -> None:
    assert problem(**stated)[0] == sentence


def test_a_day_that_can_be_two_names_both() -> None:
    _, parts = problem(hired="03/04/2020")
    assert parts == {"day": "03/04/2020", "one": {"day": "2020-03-04"}, "other": {"day": "2020-04-03"}}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-04-03", date(2020, 4, 3)),
        ("2020/4/3", date(2020, 4, 3)),
        ("2020-04-03 00:00:00", date(2020, 4, 3)),
        ("25.12.2020", date(2020, 12, 25)),
        ("12/25/2020", date(2020, 12, 25)),
        ("04/04/2020", date(2020, 4, 4)),
    ],
)
def test_days_that_can_be_told(text: str, day: date) -> None:
    assert days.read(text) == day


@pytest.mark.parametrize(
    "text", ["2020-02-30", "30/02/2020", "1/1/20", "43924", "0001-01-01", "2020-13-01", "13/13/2020"]
)
def test_texts_that_are_no_day(text: str) -> None:
    with pytest.raises(days.Unclear, match="no day"):
        days.read(text)


@given(st.dates(days.EARLIEST, days.LATEST))
def test_a_day_is_never_guessed(day: date) -> None:
    assert days.read(day.isoformat()) == day
    for written in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
        assert day in meant(written)


def meant(written: str) -> set[object]:
    """The day that is read, or the two that the refusal names."""
    try:
        return {days.read(written)}
    except days.Unclear as error:
        return {error.parts["one"], error.parts["other"]}


@given(st.dictionaries(st.sampled_from(["name", "email", "functions", "language", "site", "employee_number", "hired", "left"]),
                       st.text(max_size=300)))  # fmt: skip
def test_whatever_stands_in_the_cells_fits_the_database_or_is_a_problem(stated: dict[str, str]) -> None:
    found = entry(**stated)
    for told in found.problems:
        assert told[0] % told[1]
    assert len(found.email) <= 254
    for text, most in ((found.name, 200), (found.site, 100), (found.employee_number, 40)):
        assert text is None or (0 < len(text) <= most and text.isprintable())
    assert found.functions is None or set(found.functions) <= {"driver", "it"}
    assert not found.hired or found.hired <= TODAY or found.problems


@given(st.emails() | st.from_regex(r"[a-z0-9._+-]{1,70}@[a-z0-9-]{1,8}\.[a-z]{2,9}", fullmatch=True))
def test_the_short_way_to_judge_an_address_judges_like_the_long_one(email: str) -> None:
    try:
        validate_email(email.lower(), check_deliverability=False)
        right = True
    except EmailNotValidError:
        right = False
    assert (entry(email=email).problems == ()) is right
