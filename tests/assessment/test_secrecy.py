"""What nobody may see: other people's attempts, and the key before a submission."""

from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import service
from lms.assessment.service import Sheet
from tests.factories.people import make_person
from tests.pages import Browser

from .answers import KEY_WORDS, QUIZ, RIGHT, WRONG, finish, kept, question_path, save
from .conftest import begin


def test_nobody_else_sees_an_attempt(session: Session, app: Flask, sheet: Sheet, phone: Browser) -> None:
    stranger = Browser(app).sign_in(make_person(session, name="Other Person"))
    save(phone, sheet, "seals-class", [1])
    token = stranger.get(QUIZ).one("//main//input[@name='csrf_token']").get("value")
    for path in (f"/attempts/{sheet.public_id}", question_path(sheet, "seals-class"), "/attempts/nothing"):
        assert stranger.get(path, status=404).h1 == "There is no page at this address."
    for path in (f"/attempts/{sheet.public_id}/submit", question_path(sheet, "seals-class")):
        assert stranger.client.post(path, data={"csrf_token": token, "answer": "0"}).status_code == 404
    assert kept(session, sheet) == {"seals-class": [1]}
    assert service.find(session, public_id=sheet.public_id, person_id=sheet.person_id).submitted_at is None


def test_no_page_gives_an_answer_away_before_submission(phone: Browser, sheet: Sheet) -> None:
    """Neither key nor feedback nor Why nor the authors' ids, whatever was answered; the author's hint is fine."""
    paths = [f"/attempts/{sheet.public_id}"] + [question_path(sheet, q) for q in RIGHT]
    for answers in ({}, WRONG, RIGHT):
        for question, response in answers.items():
            save(phone, sheet, question, response)
        for path in paths:
            html = phone.get(path).html
            typed = answers.get("seals-iso", [""])[0]
            for word in KEY_WORDS:
                assert word not in html.replace(f'value="{typed}"', "").replace(typed, ""), (word, path)
            assert not [q for q in RIGHT if q in html]


def test_an_earlier_result_keeps_silent_while_another_attempt_is_open(
    session: Session, phone: Browser, driver: Person, sheet: Sheet
) -> None:
    person, organization = driver.id, driver.organization_id
    finish(phone, sheet, RIGHT | {"seals-class": [0]})
    second = begin(session, person, organization)
    silent = phone.get(f"/attempts/{sheet.public_id}")
    assert not [word for word in KEY_WORDS if word in silent.html]
    assert "You have another attempt at this quiz open." in silent.text
    finish(phone, second, {})
    assert "Only the high-security class" in phone.get(f"/attempts/{sheet.public_id}").text
