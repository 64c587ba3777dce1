"""What staff see of the comments: each number leads to its rows, and equals them."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise, product
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.core.clock import program_day
from lms.feedback import counting, dispositions, groups
from lms.feedback.counting import Dimension, Wanted, wanted, weeks
from lms.feedback.models import CommentPeriod
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.feedback.said import AT, make_period, say
from tests.pages import Browser, Page

DESK = "/program/rollout/comments/"


@pytest.fixture
def staff(session: Session, browser: Browser) -> Browser:
    return browser.sign_in(make_person(session, "Pat Exemple", role=Role.STAFF, email="pat@sample.example"))


@pytest.fixture
def period(session: Session) -> CommentPeriod:
    """With seven comments that count, of three weeks; two of them answered, as one."""
    period = make_period(session)
    first = say(session, period, "Which bolt is high security?")
    twin = say(session, period, "Which bolts are high security?", entity="exporters")
    say(session, period, "Seals are dear.", kind="cost", at=AT + timedelta(days=15))
    # 11 in the evening on Sunday in New York is Monday in UTC.
    say(session, period, "We do so.", kind="done", criterion="6.10", at=datetime(2026, 10, 12, 3, tzinfo=UTC))
    for kind in ("wording", "other", "unclear"):
        say(session, period, f"About {kind}", kind=kind, criterion="4.1", at=AT + timedelta(days=14))
    say(session, period, "Taken back", state="withdrawn")
    say(session, period, "Not sent", state="draft")
    pat = make_person(session, role=Role.STAFF)
    groups.merge(session, first.public_id, [twin.public_id], by_id=pat.id, now=AT)
    head = groups.known(session, first.public_id)
    dispositions.answer(session, head, outcome="explained", text="ISO 17712.", seen=0, by_id=pat.id, now=AT)
    session.commit()
    return period


def counted(page: Page) -> dict[str, list[int]]:
    rows = page.find("//table[contains(@class, 'by-cat')]/tbody/tr")
    return {
        row.xpath("string(th)"): [
            int("".join(c for c in td.xpath("string()") if c.isdigit()) or 0) for td in row.xpath("td")[1:]
        ]
        for row in rows
    }


@on_both
def test_the_answer_in_a_sentence_and_the_counts_by_each_side(staff: Browser, period: CommentPeriod) -> None:
    page = staff.get(DESK)
    assert page.h1 == "7 comments, 2 of them answered"
    assert list(counted(page).items()) == [
        ("4.1 Written cybersecurity policies", [3, 0, 3]),
        ("6.2 ISO 17712 seal fixed right after loading", [3, 2, 1]),
        ("6.10", [1, 0, 1]),
    ]
    assert counted(staff.get(f"{DESK}?by=week")) == {
        "Week of October 5, 2026": [3, 2, 1],
        "Week of October 12, 2026": [0, 0, 0],
        "Week of October 19, 2026": [4, 0, 4],
    }
    assert sum(line[0] for line in counted(staff.get(f"{DESK}?by=kind")).values()) == 7
    assert counted(staff.get(f"{DESK}?by=entity")) == {"U.S. Importers": [6, 1, 5], "U.S. Exporters": [1, 1, 0]}


@on_both
def test_every_number_is_a_link_to_so_many_rows(staff: Browser, period: CommentPeriod) -> None:
    for dimension, chosen in product(counting.DIMENSIONS, ("", "state=open", "state=answered", "words=high+security")):
        links = staff.get(f"{DESK}?by={dimension}&{chosen}").find("//table[contains(@class, 'by-cat')]//td/a")
        assert links
        for link in links:
            rows = staff.get(link.get("href")).find("//table[contains(@class, 'roster')]/tbody/tr")
            assert len(rows) == int(link.text), link.get("href")


@on_both
def test_the_csv_has_the_rows_of_the_page_and_no_formula(
    app: Flask, session: Session, staff: Browser, period: CommentPeriod
) -> None:
    say(session, period, "=HYPERLINK(1)", criterion="4.1", at=AT + timedelta(days=14))
    for query in ("", "?criterion=4.1", "?state=answered", "?words=formula"):
        with staff.client.get(f"/program/rollout/comments.csv{query}") as response:
            rows = list(csv.DictReader(StringIO(response.get_data(as_text=True))))
            assert response.mimetype == "text/csv"
        total = counting.total(session, wanted({k: v[0] for k, v in parse_qs(urlsplit(query).query).items()}), 0)
        assert len(rows) == total.comments
        assert not [cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@"]
    with staff.client.get("/program/rollout/comments.csv?state=answered") as response:
        first, twin = csv.DictReader(StringIO(response.get_data(as_text=True)))
    assert (first["disposition"], first["answer"], first["merged_into"]) == ("explained", "ISO 17712.", "")
    assert (twin["disposition"], twin["merged_into"]) == ("explained", first["number"])


@on_both
def test_the_csv_is_read_in_parts(session: Session, period: CommentPeriod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "LINES_AT_ONCE", 2)
    assert len({line[0] for line in counting.lines(session, Wanted(), 0)}) == 7


@on_both
def test_whose_comments_are(session: Session, staff: Browser, period: CommentPeriod) -> None:
    rows = counting.listed(session, Wanted(state="open"), 0, offset=0, limit=9)
    pat = next(person for person in groups.staff(session) if person.email == "pat@sample.example")
    groups.assign(session, rows[0].comment.public_id, pat.id, by_id=pat.id, now=AT)
    session.commit()
    assert staff.get(f"{DESK}?state=mine").h1 == "1 comment, 0 of them answered"
    assert "Pat Exemple" in staff.get(f"{DESK}?state=mine").text
    assert staff.get(f"{DESK}?state=unassigned").h1 == "4 comments, 0 of them answered"


def test_long_lists_come_page_by_page(
    session: Session, staff: Browser, period: CommentPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.feedback.views_program.ROWS", 3)
    pages = [staff.get(f"{DESK}?page={number}") for number in (1, 2, 3)]
    links = [a.get("href") for page in pages for a in page.find("//tbody/tr/th[@data-label='Comment']/a")]
    assert len(links) == len(set(links)) == 7


def test_before_the_first_period_the_page_says_what_comes(staff: Browser) -> None:
    page = staff.get(DESK)
    assert page.h1 == "No comments yet"
    assert "Open a comment period" in page.links()


def test_a_period_without_comments_and_a_filter_without_rows(session: Session, staff: Browser) -> None:
    make_period(session)
    assert "once members send them" in staff.get(DESK).text
    assert staff.get(f"{DESK}?words=nothing+like+it").h1 == "No comments found"


@pytest.mark.parametrize(
    "query",
    ["period=x", "period=99999999999", "week=9999-12-31", "week=2026-02-31", "state=all", "by=person", "page=-1"],
)
def test_what_an_address_says_that_cannot_be_is_left_out(staff: Browser, period: CommentPeriod, query: str) -> None:
    assert staff.get(f"{DESK}?{query}").h1 == "7 comments, 2 of them answered"


MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_weeks_are_whole_and_hold_both_ends(first: datetime, span: timedelta) -> None:
    found = weeks(first, first + span)
    assert all(day.weekday() == 0 for day in found)
    assert [b - a for a, b in pairwise(found)] == [timedelta(days=7)] * (len(found) - 1)
    assert found[0] <= program_day(first) < found[0] + timedelta(days=7)
    assert found[-1] <= program_day(first + span) < found[-1] + timedelta(days=7)


@given(st.integers(1, 9999), st.sampled_from(counting.DIMENSIONS), st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_what_is_asked_for_survives_its_address(period: int, dimension: Dimension, day: date) -> None:
    key = (day - timedelta(days=day.weekday())).isoformat() if dimension == "week" else "6.2"
    asked = Wanted(period=period, state="open", words="bolt seal").at(dimension, key)
    assert wanted(asked.chosen) == asked
