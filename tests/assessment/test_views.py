"""Quizzes through the pages, with and without JavaScript."""

from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from lms.assessment.models import Answer, Attempt
from lms.assessment.service import Sheet
from lms.learning.models import Completion, Progress
from tests.pages import Browser, words

from .answers import (
    QUIZ,
    RIGHT,
    SEALS,
    WRONG,
    as_form,
    count,
    finish,
    give,
    kept,
    numbers,
    question_path,
    save,
    submit,
)

# Starting


def test_a_visitor_is_sent_to_sign_in(browser: Browser) -> None:
    response = browser.client.get(QUIZ)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login?next=")


def test_the_start_page_says_what_to_expect(phone: Browser) -> None:
    page = phone.get(QUIZ)
    assert page.h1 == "Quiz: Seals, shortly"
    assert "7 questions. You pass with 80 %." in page.text
    assert "You have not opened the lesson yet. You may take the quiz first" in page.text
    phone.get(f"/courses/{SEALS}/what-a-seal-tells/")
    assert "One of 2 sections is not read yet." in phone.get(QUIZ).text
    phone.get(f"/courses/{SEALS}/when-it-goes-on/")
    assert "not read yet" not in phone.get(QUIZ).text


def test_looking_at_the_start_page_starts_nothing(session: Session, phone: Browser) -> None:
    phone.get(QUIZ)
    assert count(session, Attempt) == 0


def test_starting_leads_to_the_first_question_and_begins_the_module(session: Session, phone: Browser) -> None:
    page = phone.submit(phone.get(QUIZ))
    assert page.h1 == "Question 1 of 7: Seals, shortly"
    assert (count(session, Attempt), count(session, Progress)) == (1, 1)


def test_starting_in_two_tabs_makes_one_attempt(session: Session, phone: Browser) -> None:
    first, second = phone.get(QUIZ), phone.get(QUIZ)
    assert phone.submit(first).path == phone.submit(second).path
    assert count(session, Attempt) == 1


def test_an_open_attempt_is_gone_on_with(phone: Browser, sheet: Sheet) -> None:
    assert phone.get(QUIZ).path == f"/attempts/{sheet.public_id}"


@pytest.mark.parametrize("path", ["/courses/seal-security/nothing/quiz", "/courses/nothing/seals/quiz"])
def test_a_module_that_is_not_there_has_no_quiz(phone: Browser, path: str) -> None:
    phone.get(path, status=404)
    token = phone.get(QUIZ).one("//main//input[@name='csrf_token']").get("value")
    assert phone.client.post(path, data={"csrf_token": token}).status_code == 404


# Answering


@pytest.mark.parametrize("question", RIGHT)
@pytest.mark.parametrize("answers", [RIGHT, WRONG], ids=["right", "wrong"])
def test_an_answer_given_by_the_form_is_kept_and_shown_again(
    session: Session, phone: Browser, sheet: Sheet, question: str, answers: dict[str, list[Any]]
) -> None:
    after = give(phone, sheet, question, answers[question])
    assert kept(session, sheet) == {question: answers[question]}
    number = numbers(sheet)[question]
    assert after.path == (
        question_path(sheet, question)[:-1] + str(number + 1) if number < 7 else f"/attempts/{sheet.public_id}"
    )
    again = phone.get(question_path(sheet, question))
    shown = again.form().values() | {"csrf_token": ""}
    expected = as_form(sheet, question, answers[question])
    assert {
        name: value if isinstance(value, list) else [value] for name, value in shown.items() if name != "csrf_token"
    } == {name: value if isinstance(value, list) else [value] for name, value in expected.items()}
    assert "Saved at" in words(again.one("//*[@id='save-state']"))


@pytest.mark.parametrize("question", RIGHT)
def test_an_answer_given_by_script_is_kept_and_confirmed(
    session: Session, phone: Browser, sheet: Sheet, question: str
) -> None:
    response = save(phone, sheet, question, RIGHT[question])
    assert response.status_code == 200
    assert kept(session, sheet) == {question: RIGHT[question]}
    body = response.get_data(as_text=True).strip()
    assert body.startswith('<p class="state state--ok"')
    assert "Saved at" in body
    assert "<html" not in body


def test_taking_an_answer_back_is_said(session: Session, phone: Browser, sheet: Sheet) -> None:
    save(phone, sheet, "seals-log", [0, 1])
    assert "Not answered yet" in save(phone, sheet, "seals-log", []).get_data(as_text=True)
    assert kept(session, sheet) == {"seals-log": []}


def test_of_two_tabs_the_later_answer_stands(session: Session, phone: Browser, sheet: Sheet) -> None:
    one, two = (phone.get(question_path(sheet, "seals-class")) for _ in range(2))
    phone.submit(one, **as_form(sheet, "seals-class", [0]))
    phone.submit(two, **as_form(sheet, "seals-class", [1]))
    assert kept(session, sheet) == {"seals-class": [1]}


def test_two_steps_at_one_place_come_back_with_nothing_lost(session: Session, phone: Browser, sheet: Sheet) -> None:
    page = give(phone, sheet, "seals-moves", [0, 1, 1, 3])
    assert page.path == question_path(sheet, "seals-moves")
    assert kept(session, sheet) == {"seals-moves": [0, 1, 1, 3]}
    summary = page.one("//section[@role='alert']")
    assert "Two steps have place 2." in words(summary)
    target = summary.xpath(".//a/@href")[0].removeprefix("#")
    assert page.one(f"//select[@id='{target}']").get("aria-invalid") == "true"
    overview = phone.get(f"/attempts/{sheet.public_id}").text
    assert "Needs another look" in overview
    assert "One of them needs another look, or counts as not right." in overview


def test_a_number_that_cannot_be_read_comes_back_as_typed(session: Session, phone: Browser, sheet: Sheet) -> None:
    page = give(phone, sheet, "seals-review", ["once"])
    assert page.one("//input[@id='answer']").get("value") == "once"
    assert "This is not a number." in words(page.one("//*[@id='answer-error']"))
    warned = save(phone, sheet, "seals-review", ["1,000"]).get_data(as_text=True)
    assert 'class="state state--warn"' in warned
    assert "can be read in two ways" in warned
    assert kept(session, sheet) == {"seals-review": ["1,000"]}


def test_the_navigator_tells_answered_from_open(phone: Browser, sheet: Sheet) -> None:
    give(phone, sheet, "seals-class", [0])
    number = numbers(sheet)["seals-class"]
    page = phone.get(f"/attempts/{sheet.public_id}/questions/{number % 7 + 1}")
    labels = [a.get("aria-label") for a in page.find("//nav[@aria-label='Questions']//a")]
    assert f"Question {number}, answered" in labels
    assert f"Question {number % 7 + 1}, not answered, this page" in labels
    assert "1 of 7 answered" in page.text


def test_a_forged_answer_counts_as_none(session: Session, phone: Browser, sheet: Sheet) -> None:
    save(phone, sheet, "seals-class", [1], answer="17")
    assert kept(session, sheet) == {"seals-class": []}


@pytest.mark.parametrize("number", ["0", "8", "99999999999999999999"])
def test_a_question_that_was_not_drawn_is_missing(session: Session, phone: Browser, sheet: Sheet, number: str) -> None:
    phone.get(f"/attempts/{sheet.public_id}/questions/{number}", status=404)
    token = phone.get(f"/attempts/{sheet.public_id}").one("//main//input[@name='csrf_token']").get("value")
    sent = {"csrf_token": token, "answer": "0"}
    assert phone.client.post(f"/attempts/{sheet.public_id}/questions/{number}", data=sent).status_code == 404
    assert count(session, Answer) == 0


def test_without_a_token_nothing_is_saved(session: Session, phone: Browser, sheet: Sheet) -> None:
    path = question_path(sheet, "seals-class")
    assert phone.client.post(path, data={"answer": "0"}).status_code == 400
    assert phone.client.post(f"/attempts/{sheet.public_id}/submit").status_code == 400
    assert count(session, Answer) == 0


def test_saving_by_script_takes_three_statements(session: Session, phone: Browser, sheet: Sheet) -> None:
    save(phone, sheet, "seals-class", [0])
    token = phone.get(f"/attempts/{sheet.public_id}").one("//main//input[@name='csrf_token']").get("value")
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2].split()[0])

    form = {"csrf_token": token} | as_form(sheet, "seals-class", [1])
    event.listen(Engine, "before_cursor_execute", note)
    phone.client.post(question_path(sheet, "seals-class"), data=form, headers={"HX-Request": "true"})
    event.remove(Engine, "before_cursor_execute", note)
    assert [s for s in seen if s != "BEGIN"] == ["SELECT", "SELECT", "INSERT"]


# Submitting


def test_the_overview_leads_to_what_is_empty_and_lets_one_submit_all_the_same(phone: Browser, sheet: Sheet) -> None:
    give(phone, sheet, "seals-iso", ["ISO 9001"])
    page = phone.get(f"/attempts/{sheet.public_id}")
    assert "1 of 7 answered." in page.text
    assert "ISO 9001" in page.text
    first = min(n for q, n in numbers(sheet).items() if q != "seals-iso")
    assert page.links()[f"Go on with question {first}"].endswith(f"/questions/{first}")
    assert "Submit with 6 empty answers" in page.text


def test_a_pass_shows_score_right_answers_and_why(session: Session, phone: Browser, sheet: Sheet) -> None:
    result = finish(phone, sheet, RIGHT | {"seals-class": [0]})
    assert result.h1 == "You passed: Seals, shortly"
    assert "85 %" in result.text
    assert "6 of 7 right" in result.text
    assert "One to look at again" in result.text
    assert "Right answer" in result.text
    assert "Only the high-security class is accepted." in result.text
    assert "Indicative seals only show that a door was opened." in result.text
    assert "Eyes first, hands after." in result.text
    assert f"/courses/{SEALS}/when-it-goes-on/#c6.2-1" in result.links().values()


def test_a_fail_shows_no_right_answer_and_no_why_and_what_to_read_again(phone: Browser, sheet: Sheet) -> None:
    result = finish(phone, sheet, WRONG)
    assert result.h1 == "Not yet: Seals, shortly"
    assert "0 %" in result.text
    assert "You need 6." in result.text
    assert "Seven to look at again" in result.text
    assert "Indicative seals only show that a door was opened." in result.text
    for hidden in ("Why.", "Right answer", "Only the high-security class", "Eyes first", "High security under"):
        assert hidden not in result.text
    assert f"/courses/{SEALS}/what-a-seal-tells/#c6.1-1" in result.links().values()
    assert phone.submit(result).h1 == "Question 1 of 7: Seals, shortly"


def test_what_is_right_in_part_is_not_crossed_out(phone: Browser, sheet: Sheet) -> None:
    result = finish(phone, sheet, WRONG | {"seals-log": [0]})
    answer = result.one("//p[@class='partly']")
    assert "right in part" in words(answer)
    assert "Its number" in words(answer)
    assert "partly right, 0.5 of 1 point" in result.text
    assert "You need 80 % of 7 points." in result.text
    assert len(result.find("//p[@class='no']")) == 6


def test_a_question_left_empty_is_said_to_be_empty(phone: Browser, sheet: Sheet) -> None:
    assert "Left empty, counted as not right" in finish(phone, sheet, {"seals-class": [1]}).text


def test_what_was_typed_is_shown_as_text(phone: Browser, sheet: Sheet) -> None:
    result = finish(phone, sheet, {"seals-iso": ["<script>alert(1)</script>"]})
    assert "<script>alert(1)</script>" in result.text
    assert not result.find("//main//script")


def test_submitting_twice_shows_the_same_page(session: Session, phone: Browser, sheet: Sheet) -> None:
    page = phone.get(f"/attempts/{sheet.public_id}")
    first, second = submit(phone, page), submit(phone, page)
    assert first.text == second.text
    assert count(session, Attempt) == 1


def test_an_answer_after_submission_is_refused(session: Session, phone: Browser, sheet: Sheet) -> None:
    save(phone, sheet, "seals-class", [1])
    other_tab = phone.get(question_path(sheet, "seals-class"))
    token = {"csrf_token": other_tab.form().values()["csrf_token"]}
    submit(phone, phone.get(f"/attempts/{sheet.public_id}"))
    changed = token | as_form(sheet, "seals-class", [0])
    path = question_path(sheet, "seals-class")
    by_script = phone.client.post(path, data=changed, headers={"HX-Request": "true"})
    assert by_script.status_code == 409
    assert "Not saved: this quiz was submitted in another window" in by_script.get_data(as_text=True)
    by_form = phone.submit(other_tab, status=409, **changed)
    assert by_form.links()["See the result"] == f"/attempts/{sheet.public_id}"
    same = phone.client.post(path, data=token | as_form(sheet, "seals-class", [1]), headers={"HX-Request": "true"})
    assert same.status_code == 200
    assert kept(session, sheet) == {"seals-class": [1]}


def test_a_question_of_a_submitted_attempt_leads_to_the_result(phone: Browser, sheet: Sheet) -> None:
    finish(phone, sheet, {})
    assert phone.get(question_path(sheet, "seals-class")).h1.startswith("Not yet")


def test_the_start_page_lists_what_was_tried(phone: Browser, sheet: Sheet) -> None:
    finish(phone, sheet, RIGHT)
    page = phone.get(QUIZ)
    assert "You passed this quiz on" in page.text
    assert f"/attempts/{sheet.public_id}" in page.links().values()


# What a pass brings


def test_the_module_is_complete_when_the_sections_were_opened_too(
    session: Session, phone: Browser, sheet: Sheet
) -> None:
    result = finish(phone, sheet, RIGHT)
    assert "Module complete" not in result.text
    assert "Open the sections you have not read yet" in result.text
    assert count(session, Completion) == 0
    phone.get(f"/courses/{SEALS}/what-a-seal-tells/")
    phone.get(f"/courses/{SEALS}/when-it-goes-on/")
    assert count(session, Completion) == 1
    assert "Module complete" in phone.get(f"/attempts/{sheet.public_id}").text


def test_reading_first_completes_the_module_with_the_submission(session: Session, phone: Browser, sheet: Sheet) -> None:
    phone.get(f"/courses/{SEALS}/what-a-seal-tells/")
    phone.get(f"/courses/{SEALS}/when-it-goes-on/")
    result = finish(phone, sheet, RIGHT)
    assert "Module complete" in result.text
    assert count(session, Completion) == 1
    assert len(result.find("//main//*[contains(@class, 'button-next')]")) == 1
