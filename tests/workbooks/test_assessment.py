import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db
from lms.workbooks import assessment, layout
from lms.workbooks.models import SelfAssessment
from lms.workbooks.rules import Said, Typed
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, complete
from tests.pages import MISSING, Browser, Page
from tests.races import AT_ONCE, race
from tests.workbooks.world import CARRIERS, filled, made

HOME, SEALS_PAGE = "/company/assessment/", "/company/assessment/seal-security"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def company(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def boss(session: Session, company: Organization) -> Person:
    return make_person(session, "Robin Sample", organization=company, role=Role.COORDINATOR, functions=())


@pytest.fixture
def robin(app: Flask, boss: Person) -> Browser:
    return Browser(app).sign_in(boss)


def stored(session: Session) -> dict[str, tuple[str, str, int]]:
    session.rollback()
    session.expire_all()
    return {r.criterion: (r.answer, r.note, r.version) for r in session.scalars(select(SelfAssessment))}


def put(
    browser: Browser, values: dict[str, Any], *, page: Page | None = None, at: str = SEALS_PAGE, status: int = 200
) -> Page:
    """Fill fields of a category in and press the button: on a page opened before, or on a fresh one."""
    return browser.submit(page or browser.get(at), at, status=status, **values)


def hand_in(browser: Browser, body: bytes, *, name: str = "book.xlsx", status: int = 200) -> Page:
    return browser.submit(browser.get(HOME), f"{HOME}workbook", status=status, file=(BytesIO(body), name))


def blank(session: Session, entity: str = CARRIERS) -> bytes:
    library = published(session).library
    session.rollback()
    return made(library, entity)


def sent(page: Page, **changes: str) -> dict[str, Any]:
    return page.form(SEALS_PAGE).values() | changes


@on_both
def test_a_category_is_filled_in_and_counted(session: Session, robin: Browser) -> None:
    page = robin.get(HOME)
    total = int(page.h1.split()[0])
    assert page.h1 == f"{total} criteria to answer"
    page = put(robin, {"answer-6-1": "met", "answer-6-2": "not-yet", "note-6-2": "Ana orders\nbolts"})
    assert "Saved." in page.text
    assert page.form(SEALS_PAGE).values()["note-6-2"].strip() == "Ana orders\nbolts"
    assert stored(session) == {"6.1": ("met", "", 1), "6.2": ("not-yet", "Ana orders\nbolts", 1)}
    page = robin.get(HOME)
    assert page.h1 == f"You meet 1 of {total} criteria"
    row = next(r for r in page.find("//main//tbody/tr") if "Seal" in "".join(r.itertext()))
    counts = [int(td.text) for td in row.findall("td")]
    assert counts[:4] == [1, 0, 1, 0]
    assert sum(int(td.text) for td in page.find("//main//tbody/tr/td")) == total
    assert "Ana orders" in page.text


def test_what_was_not_changed_is_not_saved_anew(session: Session, robin: Browser) -> None:
    put(robin, {"answer-6-1": "met"})
    put(robin, {"answer-6-2": "partly"})
    assert stored(session) == {"6.1": ("met", "", 1), "6.2": ("partly", "", 1)}
    put(robin, {"answer-6-1": ""})
    assert stored(session)["6.1"] == ("", "", 2)


def test_two_tabs_do_not_undo_each_other(session: Session, robin: Browser) -> None:
    first, second = robin.get(SEALS_PAGE), robin.get(SEALS_PAGE)
    put(robin, {"answer-6-1": "met", "note-6-1": "from the first tab"}, page=first)
    page = put(
        robin, {"answer-6-1": "not-yet", "note-6-1": "from the second", "answer-6-2": "met"}, page=second, status=409
    )
    assert stored(session) == {"6.1": ("met", "from the first tab", 1), "6.2": ("met", "", 1)}
    assert "“from the first tab”" in page.text
    values = page.form(SEALS_PAGE).values()
    assert values["note-6-1"].strip() == "from the second", "what was typed is still there"
    page = put(robin, {}, page=page, status=409)
    assert stored(session)["6.1"][1] == "from the first tab", "sent again, it still asks"
    (over,) = page.find("//input[@name='over-6-1']/@value")
    put(robin, {"over-6-1": str(over)}, page=page)
    assert stored(session)["6.1"] == ("not-yet", "from the second", 2)


def test_a_script_saves_while_somebody_types(session: Session, robin: Browser) -> None:
    page = robin.get(SEALS_PAGE)
    form = page.one("//form[@data-keep]")
    assert form.get("hx-post") == SEALS_PAGE
    answer = robin.client.post(SEALS_PAGE, data=sent(page, **{"note-6-1": "half a sen"}), headers=HTMX)
    assert "Saved at" in answer.text
    part = Page(answer)
    (seen,) = part.find("//input[@id='seen-6-1']")
    assert seen.get("hx-swap-oob") == "true"
    typing = sent(page, **{"note-6-1": "half a sentence", "seen-6-1": seen.get("value")})
    assert "Saved at" in robin.client.post(SEALS_PAGE, data=typing, headers=HTMX).text
    assert stored(session) == {"6.1": ("", "half a sentence", 2)}
    late = robin.client.post(SEALS_PAGE, data=sent(page, **{"note-6-1": "of an old tab"}), headers=HTMX)
    assert "Not saved: somebody else saved other words for 6.1." in late.text
    assert "half a sentence" in late.text
    assert stored(session)["6.1"][1] == "half a sentence"


def test_a_note_that_is_too_long_is_told_and_the_rest_saved(session: Session, robin: Browser) -> None:
    page = put(robin, {"note-6-1": "x" * 2001, "answer-6-2": "met"}, status=422)
    assert "The note at 6.1 has 2001 characters." in page.text
    assert page.form(SEALS_PAGE).values()["note-6-1"].strip() == "x" * 2001
    assert stored(session) == {"6.2": ("met", "", 1)}
    by_script = robin.client.post(SEALS_PAGE, data=sent(page), headers=HTMX)
    assert "The note at 6.1 has 2001 characters." in by_script.text


@on_both
def test_of_several_who_save_at_once_one_does_and_the_others_are_told(
    app: Flask, company: Organization, boss: Person
) -> None:
    ours, by = company.id, boss.id

    def save(note: str) -> assessment.Saved:
        typed = {"6.1": Typed("met", note, Said().seen)}
        return assessment.save(db.session, ours, "2019", typed, by_id=by, now=now())

    answers = race(app, *(lambda note=note: save(note) for note in map(str, range(AT_ONCE))))
    assert all(isinstance(answer, assessment.Saved) for answer in answers)
    done = [answer for answer in answers if isinstance(answer, assessment.Saved)]
    (winner,) = [answer.saved["6.1"] for answer in done if answer.saved]
    assert [answer.conflicts["6.1"] for answer in done if answer.conflicts] == [winner] * (AT_ONCE - 1)


def test_gaps_come_by_importance_and_point_to_training(session: Session, robin: Browser, company: Organization) -> None:
    people = [make_person(session, f"Driver {n}", organization=company) for n in range(3)]
    complete(session, people[0], SEALS)
    framework = published(session).library.framework
    session.rollback()
    should = next(c.id for c in framework.criteria.values() if c.category == 4 and c.level == "should")
    put(robin, {f"answer-{should.replace('.', '-')}": "not-yet"}, at="/company/assessment/cybersecurity")
    put(robin, {"answer-6-1": "partly", "answer-6-2": "not-yet"})
    page = robin.get(HOME)
    assert [a.text for a in page.find("//main//li[contains(@class,'gap-row')]//*[contains(@class,'chip--')]/b")] == [
        "6.2", "6.1", should,
    ]  # fmt: skip
    first = page.find("//main//li[contains(@class,'gap-row')]")[0]
    assert f"/courses/{SEALS}/" in [a.get("href") for a in first.iter("a")]
    assert "1 of the 3 people who must take it completed it." in "".join(first.itertext())


def test_a_filled_in_workbook_is_previewed_then_taken_over(session: Session, robin: Browser) -> None:
    put(robin, {"answer-6-1": "met", "answer-6-2": "met"})
    book = filled(
        blank(session),
        {
            "6.1": {"answer": "Met"},
            "6.2": {"answer": "Partly", "note": "Two yards are left"},
            "4.1": {"note": "Ana writes it"},
            "4.2": {"answer": "Perhaps"},
            "4.3": {"note": "y" * 2001},
            "4.4": {"kind": "It is unclear", "comment": "For the program alone"},
        },
    )
    before = stored(session)
    page = hand_in(robin, book)
    assert page.h1 == "The workbook changes 2 criteria"
    assert "1 more stands as it is." in page.text
    assert "“Perhaps” is none of the answers." in page.text
    assert "the note has 2001 characters" in page.text
    assert stored(session) == before, "a preview changes nothing"
    page = robin.submit(page, HOME)
    assert "2 criteria saved." in page.text
    assert stored(session) == {
        "6.1": ("met", "", 1), "6.2": ("partly", "Two yards are left", 2), "4.1": ("", "Ana writes it", 1),
    }  # fmt: skip
    again = hand_in(robin, book)
    assert again.h1 == "The workbook changes nothing"


def test_what_changed_after_the_preview_stays(session: Session, robin: Browser) -> None:
    book = filled(blank(session), {"6.1": {"answer": "Partly"}})
    preview = hand_in(robin, book)
    put(robin, {"answer-6-1": "met"})
    page = robin.submit(preview, HOME)
    assert "Somebody changed 6.1 after your preview, so that stays." in page.text
    assert stored(session)["6.1"] == ("met", "", 1)


def test_rows_of_criteria_that_do_not_concern_the_company_are_left_out(session: Session, robin: Browser) -> None:
    ours = {row.criterion for row in layout.rows(blank(session)).rows}
    others = {row.criterion for row in layout.rows(blank(session, "sea-carriers")).rows}
    foreign = min(others - ours)
    book = filled(blank(session, "sea-carriers"), {foreign: {"answer": "Met"}, "6.1": {"answer": "Met"}})
    page = hand_in(robin, book)
    assert page.h1 == "The workbook changes 1 criterion"
    assert f"{foreign} is no criterion that concerns your company." in page.text


@pytest.mark.parametrize(
    ("body", "sentence"), [(b"%PDF", "This is not a workbook of this site"), (b"", "Choose the workbook")]
)
def test_a_file_that_is_no_workbook_is_told_at_its_field(robin: Browser, body: bytes, sentence: str) -> None:
    page = hand_in(robin, body, name="book.xlsx" if body else "", status=422)
    assert sentence in page.text
    assert page.one("//*[@id='file-error']") is not None


def test_a_workbook_of_another_edition_is_refused(
    session: Session, robin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = blank(session)
    old = layout.Filled("2009", CARRIERS, "en", layout.rows(book).rows)
    monkeypatch.setattr(layout, "rows", lambda _body: old)
    page = hand_in(robin, book, status=422)
    assert "This workbook is of edition 2009, and edition 2019 is in force." in page.text


def test_only_ones_own_company_is_seen(app: Flask, session: Session, robin: Browser) -> None:
    put(robin, {"answer-6-1": "met", "note-6-1": "our secret yard"})
    session.rollback()
    theirs = make_organization(session, "Placeholder Freight")
    rival = Browser(app).sign_in(make_person(session, "Kim Exemple", organization=theirs, role=Role.COORDINATOR))
    for path in (HOME, SEALS_PAGE, f"{HOME}print", f"{HOME}self-assessment.csv"):
        response = rival.client.get(path)
        assert response.status_code == 200
        assert "our secret yard" not in response.text
        assert "our secret yard" in robin.client.get(path).text or path == HOME
    put(rival, {"note-6-1": "theirs"})
    assert "our secret yard" in robin.get(SEALS_PAGE).html


def test_paper_and_csv_have_every_criterion(session: Session, robin: Browser) -> None:
    put(robin, {"answer-6-1": "n/a"})
    put(robin, {"note-6-2": "=1+1"})
    rows = list(csv.DictReader(StringIO(robin.client.get(f"{HOME}self-assessment.csv").text)))
    by_id = {row["Criterion"]: row for row in rows}
    assert by_id["6.1"]["Where we stand"] == "Does not apply"
    assert by_id["6.2"]["Our notes"] == "'=1+1", "no spreadsheet takes it for a formula"
    page = robin.get(f"{HOME}print")
    assert len(page.find("//main//tbody/tr")) == len(rows)
    assert f"0 of {len(rows)} criteria are met" in page.text


def test_a_category_that_there_is_not(robin: Browser) -> None:
    assert robin.get("/company/assessment/astronautics", status=404).h1 == MISSING


def test_a_company_without_entity_types_is_told_what_is_missing(app: Flask, session: Session) -> None:
    unknown = make_organization(session, "Sample Nothing", entities=())
    boss = make_person(session, organization=unknown, role=Role.COORDINATOR, functions=())
    assert "No entity type of your company is on record" in Browser(app).sign_in(boss).get(HOME).text
