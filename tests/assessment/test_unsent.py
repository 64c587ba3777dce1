"""An answer whose sign-in ended in mid-quiz, without JavaScript: kept on the device, shown again, never saved by itself."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from time_machine import travel
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.accounts.passwords import hashed
from lms.assessment.models import Answer
from lms.assessment.service import Sheet
from lms.core.clock import now
from tests.factories.people import make_person
from tests.pages import Browser, Page, words

from .answers import RIGHT, as_form, count, kept, question_path

NOT_SAVED = "This answer is not saved yet. Press “"


def state(page: Page) -> str:
    """What the page says about the answer."""
    return words(page.one("//*[@id='save-state']"))


def end_sign_in(phone: Browser) -> None:
    """The session's cookie expired."""
    phone.client.delete_cookie("session")


def send(phone: Browser, page: Page, sheet: Sheet, question: str, response: list[Any], status: int) -> Page:
    """The form of a page that was opened before."""
    return phone.submit(page, status=status, **as_form(sheet, question, response))


def cookies(response: TestResponse) -> dict[str, str]:
    """Name -> the whole line of each cookie that a response sets."""
    return {line.partition("=")[0]: line for line in response.headers.getlist("Set-Cookie")}


def test_from_the_refused_answer_over_the_sign_in_to_the_saved_one(
    session: Session, driver: Person, phone: Browser, sheet: Sheet
) -> None:
    driver.password_hash, email = hashed("correct horse battery"), driver.email
    session.commit()
    path = question_path(sheet, "seals-class")
    opened = phone.get(path)
    end_sign_in(phone)
    aside = send(phone, opened, sheet, "seals-class", [1], 400)
    assert "your answer is not saved yet. It is kept on this device" in aside.text
    assert count(session, Answer) == 0
    login = phone.get(aside.links()["Sign in"])
    question = phone.submit(login, "/login", email=email, password="correct horse battery")
    assert question.path == path
    assert NOT_SAVED in state(question)
    assert "Saved at" not in state(question)
    assert words(question.one("//input[@checked]/following-sibling::label")) == "H"
    assert kept(session, sheet) == {}, "shown, not saved"
    phone.submit(question)
    assert kept(session, sheet) == {"seals-class": [1]}
    again = phone.get(path)
    assert "Saved at" in state(again)
    assert NOT_SAVED not in state(again)
    assert phone.client.get_cookie("unsent", path=path) is None


@pytest.mark.parametrize("question", list(RIGHT))
def test_an_answer_of_every_type_comes_back_as_it_was_given(
    session: Session, driver: Person, phone: Browser, sheet: Sheet, question: str
) -> None:
    opened = phone.get(question_path(sheet, question))
    end_sign_in(phone)
    send(phone, opened, sheet, question, RIGHT[question], 400)
    phone.submit(phone.sign_in(driver).get(question_path(sheet, question)))
    assert kept(session, sheet) == {question: RIGHT[question]}


def test_sessions_ended_elsewhere_keep_the_answer_too(
    session: Session, driver: Person, phone: Browser, sheet: Sheet
) -> None:
    """The token still belongs to the session of this browser, whose person is signed out everywhere."""
    opened = phone.get(question_path(sheet, "seals-class"))
    driver.epoch += 1
    session.commit()
    aside = send(phone, opened, sheet, "seals-class", [1], 401)
    assert "Your sign-in has ended" in aside.text
    assert NOT_SAVED in state(phone.sign_in(driver).get(opened.path))
    assert count(session, Answer) == 0


def test_a_sign_in_renewed_in_another_tab_leads_straight_on(
    session: Session, driver: Person, phone: Browser, sheet: Sheet
) -> None:
    opened = phone.get(question_path(sheet, "seals-class"))
    end_sign_in(phone)
    phone.sign_in(driver)
    aside = send(phone, opened, sheet, "seals-class", [1], 400)
    assert "Your sign-in has ended" not in aside.text
    question = phone.get(aside.links()["Go on with the question"])
    assert NOT_SAVED in state(question)
    phone.submit(question)
    assert kept(session, sheet) == {"seals-class": [1]}


def test_what_was_saved_before_stands_until_the_button_is_pressed(
    session: Session, driver: Person, phone: Browser, sheet: Sheet
) -> None:
    opened = phone.get(question_path(sheet, "seals-class"))
    send(phone, opened, sheet, "seals-class", [0], 200)
    end_sign_in(phone)
    send(phone, opened, sheet, "seals-class", [1], 400)
    page = phone.sign_in(driver).get(opened.path)
    assert words(page.one("//input[@checked]/following-sibling::label")) == "H"
    assert kept(session, sheet) == {"seals-class": [0]}


def test_it_waits_for_its_own_question_alone(driver: Person, phone: Browser, sheet: Sheet) -> None:
    opened = phone.get(question_path(sheet, "seals-class"))
    end_sign_in(phone)
    send(phone, opened, sheet, "seals-class", [1], 400)
    phone.sign_in(driver)
    for question in RIGHT:
        page = phone.get(question_path(sheet, question))
        assert (NOT_SAVED in state(page)) == (question == "seals-class")


def test_somebody_else_at_the_same_device_does_not_see_it(session: Session, phone: Browser, sheet: Sheet) -> None:
    opened = phone.get(question_path(sheet, "seals-iso"))
    end_sign_in(phone)
    send(phone, opened, sheet, "seals-iso", ["my own words"], 400)
    other = phone.sign_in(make_person(session, name="Other Person")).get(opened.path, status=404)
    assert "my own words" not in other.html


def test_saving_by_script_forgets_it(driver: Person, phone: Browser, sheet: Sheet) -> None:
    opened = phone.get(question_path(sheet, "seals-class"))
    end_sign_in(phone)
    send(phone, opened, sheet, "seals-class", [1], 400)
    form = phone.sign_in(driver).get(opened.path).form().values() | as_form(sheet, "seals-class", [2])
    assert phone.client.post(opened.path, data=form, headers={"HX-Request": "true"}).status_code == 200
    page = phone.get(opened.path)
    assert NOT_SAVED not in state(page)
    assert words(page.one("//input[@checked]/following-sibling::label")) == "S"


def test_a_day_later_it_is_gone(driver: Person, phone: Browser, sheet: Sheet) -> None:
    opened = phone.get(question_path(sheet, "seals-class"))
    end_sign_in(phone)
    send(phone, opened, sheet, "seals-class", [1], 400)
    cookie = phone.client.get_cookie("unsent", path=opened.path)
    assert cookie is not None
    with travel(now() + timedelta(days=1, minutes=1)):
        phone.client.set_cookie("unsent", cookie.value, path=opened.path)  # as a browser that keeps cookies too long
        page = phone.sign_in(driver).get(opened.path)
    assert NOT_SAVED not in state(page)
    assert not page.find("//input[@checked]")


@pytest.mark.parametrize("value", ["nonsense", "", "W1siYW5zd2VyIiwiMSJdXQ.aSRsAA.forged"])
def test_a_forged_cookie_is_as_good_as_none(phone: Browser, sheet: Sheet, value: str) -> None:
    path = question_path(sheet, "seals-class")
    phone.client.set_cookie("unsent", value, path=path)
    page = phone.get(path)
    assert NOT_SAVED not in state(page)
    assert not page.find("//input[@checked]")


def test_what_is_too_large_for_a_cookie_is_left_out(app: Flask, sheet: Sheet) -> None:
    """No form of ours is that large; somebody else's may be."""
    path, letters = question_path(sheet, "seals-class"), iter(range(0x4E00, 0x9FFF))
    fields = {f"answer-{n}": "".join(chr(next(letters)) for _ in range(200)) for n in range(60)}
    response = Browser(app).client.post(path, data=fields)
    assert response.status_code == 400
    assert "unsent" not in cookies(response)
    longest = {"answer": "".join(chr(0x1F300 + n % 700) for n in range(300))}
    response = Browser(app).client.post(path, data=longest)
    assert len(cookies(response)["unsent"]) < 4096, "the longest that may be typed fits"


def test_the_cookie_is_for_this_site_and_no_script(app: Flask, sheet: Sheet) -> None:
    path = question_path(sheet, "seals-class")
    response = Browser(app).client.post(path, data={"answer": "1", "password": "of another form"})
    line = cookies(response)["unsent"]
    for part in ("HttpOnly", "SameSite=Lax", f"Path={path}", "Max-Age=86400"):
        assert part in line
    assert list(cookies(response)) == ["unsent"]


def test_a_form_of_a_foreign_page_neither_saves_nor_ends_a_session(
    session: Session, phone: Browser, sheet: Sheet
) -> None:
    """A browser that sends the session along, and a form that cannot know its token."""
    phone.get("/account/")
    before = phone.client.get_cookie("session")
    for fields in ({"answer": "1"}, {"answer": "1", "csrf_token": "guessed"}, {f"answer-{n}": "9" for n in range(99)}):
        response = phone.client.post(question_path(sheet, "seals-class"), data=fields)
        assert response.status_code == 400
        assert "session" not in cookies(response)
    assert phone.client.get_cookie("session") == before
    assert phone.get("/account/").path == "/account/"
    assert count(session, Answer) == 0


def test_no_other_address_keeps_what_was_sent_without_a_token(phone: Browser, sheet: Sheet) -> None:
    for path in (f"/attempts/{sheet.public_id}/submit", "/courses/seal-security/seals/quiz", "/account/name"):
        response = phone.client.post(path, data={"answer": "1", "acknowledged": "y"})
        assert response.status_code == 400
        assert "Nothing was changed." in response.get_data(as_text=True)
        assert "unsent" not in cookies(response)


def test_a_script_keeps_the_answer_itself(phone: Browser, sheet: Sheet) -> None:
    path = question_path(sheet, "seals-class")
    response = phone.client.post(path, data={"answer": "1"}, headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert "unsent" not in cookies(response)
