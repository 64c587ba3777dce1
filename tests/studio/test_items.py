"""Which questions fail, in the studio: all of them with flagged ones first, and each module's with its answers."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.studio import views
from tests.assessment.answers import RIGHT, WRONG
from tests.factories.people import make_organization
from tests.factories.quizzes import crowd, sit
from tests.factories.training import SEALS as KEY
from tests.pages import MISSING, Browser, Page, words
from tests.studio.editor import PATH, SEALS, in_files

ITEMS = f"{SEALS}items"
NAME = "Ana Sample"


@pytest.fixture
def answer(session: Session) -> Callable[..., None]:
    """Let so many people of a company take the quiz for the first time, each with these answers."""

    def answered(many: int, responses: dict[str, list[Any]], entities: tuple[str, ...] = ("importers",)) -> None:
        company = make_organization(session, entities=entities)
        for person in crowd(session, many, company.id, NAME):
            sit(session, person, KEY, responses)
        session.commit()

    return answered


@pytest.fixture
def doubtful(answer: Callable[..., None]) -> None:
    """The ten best of 30 take seal class S for right, and so do some of the others."""
    answer(10, RIGHT | {"seals-class": [2]})
    answer(12, WRONG | {"seals-class": [1]}, ("customs-brokers",))
    answer(8, WRONG | {"seals-class": [2]}, ("customs-brokers",))


def cells(page: Page, row: str) -> list[str]:
    return [words(cell) for cell in page.one(row).xpath("./td")]


def test_with_too_few_it_says_how_many_there_are(terry: Browser, answer: Callable[..., None]) -> None:
    answer(7, RIGHT)
    page = terry.get(ITEMS)
    assert page.h1 == "Seals, shortly: which questions fail"
    assert "20 first attempts are needed; there are 7." in page.text
    assert not page.find("//main//table")
    everything = terry.get("/studio/items")
    assert everything.h1 == "No question has 20 first attempts yet"
    assert cells(everything, "//tr[.//a[.='Seals, shortly']]") == ["20 first attempts are needed; there are 7."]


@pytest.mark.usefixtures("doubtful")
def test_all_modules_with_flagged_questions_first(terry: Browser) -> None:
    page = terry.get("/studio/items")
    assert page.h1 == "1 of 7 questions is flagged"
    first, *others = page.find("//table[contains(@class, 'items')]/tbody/tr")
    assert words(first.xpath("./th/a")[0]) == "Which class letter must be on the seal?"
    flags = [words(row.xpath("./td[@data-label='Flags']")[0]) for row in (first, *others)]
    assert flags == ["Likely key errorWeak discrimination", *["none"] * 6]
    (way,) = first.xpath("./th/a/@href")
    assert terry.get(way).h1 == "Seals, shortly: 1 of 7 questions flagged"
    assert cells(page, "//tr[./th[.='Seals, shortly']]") == ["30", "7 of 7", "1"]
    assert cells(page, "//tr[./th[.='Passwords']]") == ["20 first attempts are needed; there are 0."]


@pytest.mark.usefixtures("doubtful")
def test_a_question_with_its_figures_answers_and_flags(terry: Browser) -> None:
    page = terry.get(ITEMS)
    part = page.one("//section[@id='item-seals-class']")
    said = words(part)
    assert "Of the upper third, 10 of 10 answered “S”, 0 the right answer." in said
    assert "Rule: A wrong answer that the upper third chooses most is flagged." in said
    assert "Discrimination is -0.58" in said
    rows = [[words(cell) for cell in row] for row in part.xpath(".//table[contains(@class, 'answers-given')]/tbody/tr")]
    assert rows == [
        ["I", "wrong", "0 of 10", "0 of 20", "0 of 30"],
        ["H", "right", "0 of 10", "12 of 20", "12 of 30"],
        ["S", "wrong", "10 of 10", "8 of 20", "18 of 30"],
    ]
    assert [words(cell) for cell in part.xpath(".//table[caption='By entity type']/tbody/tr/*")] == [
        "U.S. Customs Brokers", "20", "0.60", "not known", "30 s",
    ]  # fmt: skip
    assert "By language: English only." in said
    assert part.xpath(".//details/@open")


@pytest.mark.usefixtures("doubtful")
def test_bars_are_drawings_with_words(terry: Browser) -> None:
    page = terry.get(ITEMS)
    facility, discrimination = page.find("//section[@id='item-seals-class']/dl//*[local-name()='svg']")
    assert facility.get("aria-label") == "Facility 0.40, limits 0.3 and 0.9"
    assert facility.xpath("./*[@class='done']/@width") == ["120"]
    assert facility.xpath("./*[@class='plan']/@d") == ["M90 0v20", "M270 0v20"]
    assert discrimination.get("aria-label") == "Discrimination -0.58, limit 0.2"
    (bar,) = discrimination.xpath("./*[@class='done']")
    assert int(bar.get("x")) + int(bar.get("width")) == 150, "below nought it lies left of the middle"


@pytest.mark.usefixtures("doubtful")
def test_the_place_leads_to_the_line_in_the_editor(terry: Browser) -> None:
    page = terry.get(ITEMS)
    (place, way) = next((w, h) for w, h in page.links().items() if w.startswith("seals.md:"))
    number = place.split(":")[1]
    assert way == f"{SEALS}#line_{number}"
    editor = terry.get(way)
    assert editor.one(f"//div[@id='line_{number}']").text.startswith("### Which class letter")


@pytest.mark.usefixtures("doubtful")
def test_an_older_form_is_counted_and_left_out(terry: Browser, session: Session, answer: Callable[..., None]) -> None:
    in_files(session, PATH, b"- [ ] S\n", b"- [ ] R\n")
    page = terry.get(ITEMS)
    part = words(page.one("//section[@id='item-seals-class']"))
    assert "20 first attempts are needed; there are 0. 30 more were asked it in an older form." in part
    answer(21, RIGHT)
    part = words(terry.get(ITEMS).one("//section[@id='item-seals-class']"))
    assert (
        "First attempts2130 more at an older form of the question, with other answers or another key, are left out."
        in part
    )


@pytest.mark.usefixtures("doubtful")
def test_nobody_is_named(terry: Browser) -> None:
    for path in ("/studio/items", ITEMS):
        page = terry.get(path)
        assert NAME not in page.html
        assert "sample.example" not in page.html
        assert "Sample Freight Lines" not in page.html


@pytest.mark.usefixtures("doubtful")
def test_a_long_list_takes_pages(terry: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "QUESTIONS", 3)
    page = terry.get("/studio/items")
    assert len(page.find("//table[contains(@class, 'items')]/tbody/tr")) == 3
    assert "Which class letter" in page.text
    last = terry.get("/studio/items?page=3")
    assert len(last.find("//table[contains(@class, 'items')]/tbody/tr")) == 1
    assert last.h1 == "1 of 7 questions is flagged"


def test_the_studio_leads_there(terry: Browser) -> None:
    assert terry.get("/studio/").links()["Which questions fail"] == "/studio/items"
    assert terry.get(SEALS).links()["Which of its questions fail"] == ITEMS


def test_a_module_that_is_not_published_has_none(terry: Browser) -> None:
    for path in ("/studio/modules/seal-security/none/items", "/studio/modules/none/seals/items"):
        assert terry.get(path, status=404).h1 == MISSING
