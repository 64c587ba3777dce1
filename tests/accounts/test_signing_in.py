"""Signing in by password and by link, staying in, signing out; what strangers learn from it: nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import passwords, people, rules, signing_in
from lms.accounts.models import Person, SignInFailure
from lms.accounts.permissions import ROLE_HOME, Role
from lms.core.clock import now, program_day
from lms.core.database import transaction
from tests.accounts.conftest import PASSWORD, Outbox, ask_link, audited, kept, sign_in, signed_in_as
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

WRONG = "do not belong together"


def clock_back(session: Session, **by: int) -> None:
    """Let this much time pass for every failure counted so far."""
    for failure in session.scalars(select(SignInFailure)):
        failure.at -= timedelta(**by)
    session.commit()


def bare(page: Page) -> str:
    """The page without its CSRF token, which is another one every second."""
    return page.html.replace(page.form("/login").values()["csrf_token"], "")


# By password


def test_address_and_password_open_the_account(browser: Browser, robin: Person, session: Session) -> None:
    page = sign_in(browser, "  Robin@SAMPLE.example")
    assert page.path == "/"
    assert signed_in_as(browser) == "Robin Sample"
    entry = audited(session, "person.signed_in")[0]
    assert (entry.actor_id, entry.subject, entry.details) == (robin.id, f"person {robin.id}", {"by": "password"})


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("robin@sample.example", "correct horse battery stapl"),
        ("robin@sample.example", PASSWORD + " "),
        ("robin@sample.example", ""),
        ("nobody@sample.example", PASSWORD),
        ("", ""),
        ("no address at all", "x" * 5000),
    ],
)
def test_anything_else_is_refused_in_the_same_words(browser: Browser, robin: Person, email: str, password: str) -> None:
    page = sign_in(browser, email, password, status=422)
    assert WRONG in page.text
    assert page.find("//a[@href='#password']"), "the summary leads to the field"
    assert password == "" or password not in page.html
    assert signed_in_as(browser) is None


def test_known_and_unknown_addresses_get_the_same_page(browser: Browser, robin: Person) -> None:
    known = sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    unknown = sign_in(browser, "nobody@sample.example", "wrong wrong wrong", status=422)
    assert bare(known).replace(robin.email, "nobody@sample.example") == bare(unknown)


@pytest.mark.parametrize("kind", ["unknown", "disabled", "without a password", "known"])
def test_a_hash_is_verified_whoever_asks(
    session: Session, robin: Person, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    make_person(session, email="disabled@sample.example", password_hash=kept(), disabled_at=now())
    make_person(session, email="link@sample.example")
    email = {
        "unknown": "nobody@sample.example",
        "disabled": "disabled@sample.example",
        "without a password": "link@sample.example",
        "known": robin.email,
    }[kind]
    verified = []
    verify = passwords._HASHER.verify
    monkeypatch.setattr(passwords._HASHER, "verify", lambda p, h: verified.append(h) or verify(p, h))
    found = signing_in.verified(session, email, PASSWORD, today=program_day(now()))
    assert found == (robin.id if kind == "known" else None)
    assert verified == [passwords.NOBODYS if kind in ("unknown", "without a password") else kept()]


def test_a_disabled_person_stays_out(browser: Browser, robin: Person, session: Session) -> None:
    robin.disabled_at = now()
    session.commit()
    assert WRONG in sign_in(browser, "robin@sample.example", status=422).text


@pytest.mark.parametrize("role", list(Role))
def test_everybody_lands_where_the_work_is(session: Session, app: Flask, role: Role) -> None:
    person = make_person(session, role=role, organization=make_organization(session))
    client = Browser(app).sign_in(person).client
    with app.test_request_context():
        expected = app.url_for(ROLE_HOME[role])
    assert client.get("/start").location == expected


def test_after_signing_in_one_goes_on_to_where_one_was_sent_from(browser: Browser, robin: Person) -> None:
    page = browser.get("/account/")
    assert (page.path, page.form().values()["next"]) == ("/login", "/account/")
    assert browser.submit(page, email=robin.email, password=PASSWORD).path == "/account/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_one_is_never_sent_to_another_site(browser: Browser, robin: Person, elsewhere: str) -> None:
    page = browser.get("/login?" + "next=" + elsewhere)
    assert "next" not in page.form().values()
    data = page.form().values() | {"email": robin.email, "password": PASSWORD, "next": elsewhere}
    assert browser.client.post("/login", data=data).location == "/start"


def test_whoever_is_signed_in_is_not_asked_again(browser: Browser, robin: Person) -> None:
    browser.sign_in(robin)
    assert browser.client.get("/login?next=/account/").location == "/account/"


def test_signing_in_begins_a_new_session(browser: Browser, robin: Person) -> None:
    page = browser.get("/login")
    with browser.client.session_transaction() as before:
        before["planted"] = "by somebody else"
        token = before["csrf_token"]
    browser.client.post("/login", data=page.form().values() | {"email": robin.email, "password": PASSWORD})
    with browser.client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token
        assert after.permanent


def test_a_form_without_its_token_changes_nothing(browser: Browser, robin: Person) -> None:
    answer = browser.client.post("/login", data={"email": robin.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert signed_in_as(browser) is None


# The throttle


@pytest.mark.usefixtures("clock_stands")
def test_after_five_failures_the_next_try_waits(browser: Browser, robin: Person, session: Session) -> None:
    for _ in range(5):
        sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    page = sign_in(browser, robin.email, PASSWORD, status=429)
    assert 1 <= int(page.response.headers["Retry-After"]) <= 5
    assert "Too many tries" in page.text
    clock_back(session, seconds=5)
    assert sign_in(browser, robin.email, PASSWORD).path == "/"


@pytest.mark.usefixtures("clock_stands")
def test_unknown_addresses_are_throttled_alike(browser: Browser, session: Session) -> None:
    for _ in range(5):
        sign_in(browser, "nobody@sample.example", "wrong wrong wrong", status=422)
    refused = sign_in(browser, "Nobody@sample.example", "wrong wrong wrong", status=429)
    assert "Too many tries in a short time." in refused.text


@pytest.mark.usefixtures("clock_stands")
def test_a_try_too_early_is_not_counted(browser: Browser, robin: Person, session: Session) -> None:
    for _ in range(5):
        sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    for _ in range(9):
        sign_in(browser, robin.email, "wrong wrong wrong", status=429)
    clock_back(session, seconds=5)
    assert sign_in(browser, robin.email, PASSWORD).path == "/"


def test_a_right_password_forgives_the_slips(browser: Browser, robin: Person, session: Session) -> None:
    for _ in range(4):
        sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    sign_in(browser, robin.email)
    assert session.scalars(select(SignInFailure)).all() == []


def test_old_failures_are_forgotten(browser: Browser, robin: Person, session: Session) -> None:
    for _ in range(5):
        sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    clock_back(session, minutes=15)
    sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    assert len(session.scalars(select(SignInFailure)).all()) == 1


def test_a_client_that_tries_many_addresses_waits(session: Session) -> None:
    moment = now()
    for n in range(30):
        signing_in.admit(session, "password", f"person{n}@sample.example", "192.0.2.7", now=moment)
    with pytest.raises(signing_in.TooManyTries) as early:
        signing_in.admit(session, "password", "another@sample.example", "192.0.2.7", now=moment)
    assert early.value.seconds == 5
    signing_in.admit(session, "password", "another@sample.example", "192.0.2.8", now=moment)


def test_guessing_a_password_does_not_keep_the_person_from_a_link(
    browser: Browser, robin: Person, outbox: Outbox
) -> None:
    for _ in range(5):
        sign_in(browser, robin.email, "wrong wrong wrong", status=422)
    ask_link(browser, robin.email)
    browser.submit(browser.get(outbox.path(robin.email)))
    assert signed_in_as(browser) == "Robin Sample"


def test_the_throttle_keeps_no_addresses(browser: Browser, session: Session) -> None:
    sign_in(browser, "nobody@sample.example", "wrong wrong wrong", status=422)
    failure = session.scalars(select(SignInFailure)).one()
    assert "nobody" not in failure.email_hash


def test_when_too_many_sign_in_at_once_the_page_says_so(
    browser: Browser, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> bool:
        raise passwords.TooBusy

    monkeypatch.setattr(passwords, "matches", busy)
    page = sign_in(browser, robin.email, status=503)
    assert page.response.headers["Retry-After"]


# Signing out


def test_signing_out_takes_a_button(browser: Browser, robin: Person) -> None:
    browser.sign_in(robin)
    page = browser.get("/logout")
    assert signed_in_as(browser) == "Robin Sample", "opening the page is not signing out"
    page = browser.submit(page)
    assert page.path == "/login"
    assert "You are signed out." in page.text
    assert signed_in_as(browser) is None
    assert browser.get("/logout").path == "/login"


# The demonstration


def test_the_demo_sign_ins_are_shown_where_there_is_a_demo(browser: Browser, session: Session) -> None:
    with transaction():
        for role, email in rules.DEMO_SIGN_INS.items():
            home = make_organization(session).id if rules.needs_organization(role) else None
            people.add(
                session, name=role.value, email=email, role=role, organization_id=home, demo=True, now=now(),
                password_hash=passwords.hashed(rules.DEMO_PASSWORD),
            )  # fmt: skip
    page = browser.get("/login")
    for email in rules.DEMO_SIGN_INS.values():
        assert email in page.text
    assert "ready-for-2020" in page.text
    sign_in(browser, "learner@demo.example", "ready-for-2020")
    assert signed_in_as(browser) == "learner"


def test_without_a_demo_no_sign_in_is_shown(browser: Browser, session: Session) -> None:
    make_person(session, email="learner@demo.example")
    page = browser.get("/login")
    assert "demo" not in page.text
    assert "ready-for-2020" not in page.html
