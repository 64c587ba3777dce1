"""Guessing numbers: never a hit, soon a wait, and no name told."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from random import SystemRandom

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.certificates import checking, throttle
from lms.certificates.models import Certificate, VerifyMiss
from lms.certificates.numbers import ALPHABET, RANDOM_CHARACTERS, check_character, new_number
from lms.certificates.throttle import FREE, WINDOW, TooManyMisses
from lms.signing.keys import SigningKeys
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

from . import papers
from .records import NOON, SEALS, TYPICAL, earn

ISSUED, GUESSES = 11_400, 100_000
SECOND = timedelta(seconds=1)
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def test_guessing_hits_nothing() -> None:
    """Whole numbers, made without our generator. One of 29 ** 12 is hit with a chance of 3e-9 in this whole test."""
    rng = SystemRandom()
    issued = {new_number(rng) for _ in range(ISSUED)}
    bodies = ("".join(rng.choices(ALPHABET, k=RANDOM_CHARACTERS)) for _ in range(GUESSES))
    assert len(issued) == ISSUED
    assert not issued & {body + check_character(body) for body in bodies}


# The rule


def wait(session: Session, client: str, after: timedelta) -> int:
    try:
        throttle.admit(session, client, now=NOON + after)
    except TooManyMisses as error:
        return error.seconds
    return 0


@on_both
def test_twenty_misses_are_free_and_the_oldest_of_them_ends_the_wait(session: Session) -> None:
    for n in range(FREE):
        assert wait(session, HERE, n * SECOND) == 0
        throttle.miss(session, HERE, now=NOON + n * SECOND)
    window = int(WINDOW.total_seconds())
    assert wait(session, HERE, FREE * SECOND) == window - FREE
    assert wait(session, HERE, WINDOW - SECOND) == 1
    assert wait(session, HERE, WINDOW - SECOND / 2) == 1
    assert wait(session, HERE, WINDOW) == 0
    throttle.miss(session, HERE, now=NOON + WINDOW)
    assert wait(session, HERE, WINDOW) == 1


def test_clients_are_counted_apart_and_a_subscriber_of_ipv6_as_one(session: Session) -> None:
    for n in range(FREE):
        throttle.miss(session, f"2001:db8::{n:x}", now=NOON)
    assert wait(session, "2001:db8::ffff", SECOND) > 0
    assert wait(session, "2001:db8:0:1::1", SECOND) == 0
    assert wait(session, HERE, SECOND) == 0
    assert wait(session, "", SECOND) == 0


def test_what_is_older_than_the_window_is_forgotten(session: Session) -> None:
    throttle.miss(session, HERE, now=NOON)
    throttle.miss(session, HERE, now=NOON + WINDOW - SECOND)
    assert session.scalar(select(func.count()).select_from(VerifyMiss)) == 2
    throttle.miss(session, ELSEWHERE, now=NOON + WINDOW)
    assert session.scalar(select(func.count()).select_from(VerifyMiss)) == 2


# The pages


@pytest.fixture
def certificate(session: Session) -> Certificate:
    return earn(session, make_person(session, organization=make_organization(session)), SEALS)[0]


def ask(app: Flask, number: str, *, of: str = HERE) -> Page:
    response = app.test_client().get(f"/verify/{number}", environ_base={"REMOTE_ADDR": of})
    page = Page(response)
    page.inspect()
    return page


def guess(app: Flask, count: int) -> list[Page]:
    rng = SystemRandom()
    return [ask(app, new_number(rng)) for _ in range(count)]


@on_both
def test_the_twenty_first_miss_waits_and_learns_nothing_of_known_numbers_either(
    app: Flask, certificate: Certificate
) -> None:
    with travel(NOON, tick=False):
        assert {page.status for page in guess(app, FREE)} == {404}
        (unknown,) = guess(app, 1)
        known = ask(app, certificate.number)
        elsewhere = ask(app, certificate.number, of=ELSEWHERE)
    assert unknown.status == known.status == 429
    assert known.h1 == "Too many tries in a short time."
    assert "Wait 15 minutes, then try again." in known.text
    assert known.response.headers["Retry-After"] == unknown.response.headers["Retry-After"] == "900"
    assert (known.text, known.response.content_length) == (unknown.text, unknown.response.content_length)
    assert elsewhere.status == 200
    with travel(NOON + WINDOW):
        assert ask(app, certificate.number).h1 == "This certificate is valid."


def test_no_answer_to_a_guess_holds_a_name(app: Flask, certificate: Certificate) -> None:
    holder = certificate.record["name"]
    assert holder in ask(app, certificate.number).html
    for page in guess(app, FREE + 2):
        assert holder not in page.html
        assert certificate.record["organization"] not in page.html


def test_who_is_signed_in_waits_as_well(app: Flask, session: Session, certificate: Certificate) -> None:
    browser = Browser(app).sign_in(make_person(session, "Somebody Else"))
    rng = SystemRandom()
    answers = [browser.client.get(f"/verify/{new_number(rng)}").status_code for _ in range(FREE + 1)]
    assert answers == [404] * FREE + [429]
    assert browser.client.get(f"/verify/{certificate.number}").status_code == 429
    assert browser.client.get(f"/verify/?number={certificate.number}", follow_redirects=True).status_code == 429


def test_what_cannot_be_a_number_and_what_is_known_count_nothing(
    app: Flask, session: Session, certificate: Certificate
) -> None:
    for _ in range(FREE + 5):
        assert ask(app, TYPICAL.number[:-1] + "0").status == 404
        assert ask(app, "nonsense").status == 404
        assert ask(app, certificate.number).status == 200
    session.rollback()
    assert session.scalar(select(func.count()).select_from(VerifyMiss)) == 0


def test_a_file_with_an_unknown_number_is_a_guess(
    app: Flask, session: Session, certificate: Certificate, signing_keys: SigningKeys
) -> None:
    unknown, ours = papers.draw(TYPICAL, signing_keys), papers.keep(session, certificate, signing_keys)
    browser = Browser(app)
    with travel(NOON, tick=False):
        page = browser.get("/verify/")

        def upload(data: bytes, status: int) -> Page:
            return browser.submit(page, status=status, pdf=(BytesIO(data), "certificate.pdf"))

        upload(ours, 200)
        upload(unknown, 200)
        session.rollback()
        assert session.scalar(select(func.count()).select_from(VerifyMiss)) == 1
        for _ in range(FREE - 1):
            throttle.miss(session, "127.0.0.1", now=NOON)
        session.commit()
        answers = [upload(data, 429) for data in (unknown, ours)]
    assert {answer.h1 for answer in answers} == {"Too many tries in a short time."}
    assert certificate.record["name"] not in answers[1].html


def test_a_file_full_of_numbers_is_no_way_to_try_them(
    app: Flask,
    session: Session,
    certificate: Certificate,
    signing_keys: SigningKeys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = SystemRandom()
    listed = "; ".join([*(new_number(rng) for _ in range(checking.MOST_NUMBERS)), certificate.number])
    data = papers.draw(replace(TYPICAL, modules=(listed,)), signing_keys)
    browser = Browser(app)

    def told() -> str:
        return browser.submit(browser.get("/verify/"), pdf=(BytesIO(data), "numbers.pdf")).h1

    assert told() == "We find no certificate of ours in this PDF."
    monkeypatch.setattr(checking, "MOST_NUMBERS", checking.MOST_NUMBERS + 1)
    assert told() == "This PDF is not the one we issued."
