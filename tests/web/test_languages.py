"""Which language a page is in, how a reader chooses it, and where the choice is remembered."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.passwords import hashed
from lms.accounts.permissions import Role
from lms.assessment.models import Attempt
from lms.catalog import service as catalog
from lms.core.clock import now
from lms.core.database import transaction
from lms.core.language import using
from lms.web import dates
from lms.web.languages import chosen
from tests.factories.library import small_courses
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

PASSWORDS = "/courses/cybersecurity/passwords/"
SPANISH = """---
title: Contraseñas
criteria: [4.8]
entities: all
functions: all
level: personnel
minutes: 5
pass: 100
change: editorial
owner: trainer@demo.example
---

Su cuenta es solo suya.

## Una persona, una cuenta

Cada persona inicia sesión con una cuenta propia. {4.8}

## Quiz

### ¿Pueden dos personas compartir una cuenta?
`q: passwords-share` `single` `criteria: 4.8` `must`

- [ ] Sí, en un turno
    > Entonces nadie sabe quién hizo qué.
- [x] No, nunca

> **Why:** Una cuenta pertenece a una persona.
"""


def lang(page: Page) -> str:
    return str(page.one("/html").get("lang"))


def in_language(browser: Browser, code: str) -> Browser:
    browser.client.set_cookie("language", code)
    return browser


@pytest.fixture
def translated_module(session: Session) -> None:
    """The small library with a Spanish translation of one module; of an older English text, since it does not say of which."""
    files = small_courses() | {"04-cybersecurity/passwords.es.md": SPANISH.encode()}
    with transaction():
        catalog.publish(session, files, base=None, author="tests", message="In Spanish", now=now())


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "fr-CA", "fr"),
        ("", "en-US,es;q=0.9", "en"),
        ("", "de,fr;q=0.3,es;q=0.5", "es"),
        ("", "de", "en"),
        ("", "*", "en"),
        ("", "es;q=0", "en"),
        ("", "nonsense;;q=x,\\", "en"),
        ("fr", "es", "fr"),
        ("en", "es", "en"),
        ("de", "es", "es"),
        ("../fr", "", "en"),
    ],
)
def test_the_choice_goes_before_the_browser_and_that_before_english(cookie: str, accepted: str, language: str) -> None:
    assert chosen(cookie, accepted) == language


def test_a_link_in_the_header_chooses_leads_back_and_is_remembered(browser: Browser) -> None:
    page = browser.get("/criteria/?level=must")
    assert [a.get("lang") for a in page.find("//header//a[@hreflang]")] == ["en", "es", "fr"]
    assert page.one("//header//a[@hreflang][@aria-current]").get("lang") == "en"
    back = browser.get(page.links()["Español"])
    assert (back.path, back.response.request.query_string, lang(back)) == ("/criteria/", b"level=must", "es")
    assert lang(browser.get("/timeline")) == "es"
    cookie = browser.client.get_cookie("language")
    assert cookie is not None
    assert cookie.http_only
    assert (cookie.same_site, cookie.max_age) == ("Lax", 365 * 24 * 3600)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_it_never_leads_to_another_site(browser: Browser, onward: str) -> None:
    response = browser.client.get("/language/fr", query_string={"next": onward})
    assert response.headers["Location"] == "/"


def test_an_unknown_language_is_no_page(browser: Browser) -> None:
    assert browser.client.get("/language/de").status_code == 404
    assert browser.client.get_cookie("language") is None


def test_the_browser_is_asked_where_nobody_chose(app: Flask) -> None:
    visitor = Browser(app)
    answer = visitor.client.get("/login", headers={"Accept-Language": "fr-CA,fr;q=0.9"})
    assert '<html lang="fr"' in answer.text
    assert visitor.client.get("/login", headers={"Accept-Language": "de"}).text.startswith(
        '<!DOCTYPE html>\n<html lang="en"'
    )


def test_pages_of_staff_are_in_english_and_say_so(session: Session, browser: Browser) -> None:
    admin = in_language(browser.sign_in(make_person(session, role=Role.ADMIN, functions=())), "es")
    assert lang(admin.get("/admin/")) == "en"
    assert lang(admin.get("/account/")) == "es"
    learner = in_language(Browser(browser.app).sign_in(make_person(session)), "es")
    assert lang(learner.get("/admin/", status=403)) == "es"


def test_a_form_that_comes_back_can_be_read_in_another_language(browser: Browser) -> None:
    page = browser.submit(browser.get("/login"), "/login", email="a@b.example", password="wrong", status=422)
    assert page.links()["Français"] == "/language/fr?next=/login"


def signed_in(app: Flask, email: str, cookie: str = "") -> Browser:
    browser = Browser(app)
    if cookie:
        browser.client.set_cookie("language", cookie)
    browser.submit(browser.get("/login"), "/login", email=email, password="a long enough one")
    return browser


@pytest.fixture
def person(session: Session) -> Person:
    return make_person(session, password_hash=hashed("a long enough one"))


def kept(session: Session, person: Person) -> str | None:
    session.rollback()
    return session.scalar(select(Person.language).where(Person.id == person.id))


def test_the_account_brings_the_language_to_another_device(app: Flask, session: Session, person: Person) -> None:
    first = signed_in(app, person.email)
    assert kept(session, person) is None
    first.get("/language/es?next=/")
    assert kept(session, person) == "es"
    second = signed_in(app, person.email)
    assert lang(second.get("/")) == "es"


def test_a_choice_on_the_device_stands_and_becomes_the_accounts_first(
    app: Flask, session: Session, person: Person
) -> None:
    assert lang(signed_in(app, person.email, "fr").get("/")) == "fr"
    assert kept(session, person) == "fr"
    assert lang(signed_in(app, person.email, "es").get("/")) == "es"
    assert kept(session, person) == "fr"


@pytest.mark.usefixtures("translated_module")
def test_a_module_is_read_and_its_quiz_taken_in_the_readers_language(session: Session, browser: Browser) -> None:
    driver = in_language(browser.sign_in(make_person(session, organization=make_organization(session))), "es")
    page = driver.get(PASSWORDS)
    assert page.h1 == "Contraseñas"
    assert page.links()["Léalo en inglés"] == f"/language/en?next={PASSWORDS}"
    section = driver.get(f"{PASSWORDS}one-person-one-account/")
    assert "Cada persona inicia sesión" in section.text
    question = driver.submit(driver.get(f"{PASSWORDS}quiz"))
    assert "¿Pueden dos personas compartir una cuenta?" in question.text
    session.rollback()
    assert session.scalars(select(Attempt.language)).all() == ["es"]
    driver.get("/language/fr")
    assert "¿Pueden dos personas compartir una cuenta?" in driver.get(question.path).text
    assert driver.get(question.path).one("//legend").get("lang") == "es"
    driver.get("/language/es")
    result = driver.submit(driver.submit(driver.get(question.path), answer="1"), acknowledged="y")
    assert result.h1.startswith("Aprobó")


@pytest.mark.usefixtures("translated_module")
def test_titles_everywhere_are_in_the_readers_language(session: Session, browser: Browser) -> None:
    driver = in_language(browser.sign_in(make_person(session, organization=make_organization(session))), "es")
    for path in ("/", "/courses/", "/courses/cybersecurity/", "/criteria/4.8"):
        assert "Contraseñas" in driver.get(path).text, path
    french = in_language(driver, "fr").get("/courses/cybersecurity/")
    assert french.one(f"//h3/a[@href='{PASSWORDS}']").get("lang") == "en"
    assert "Ce module est en anglais seulement." in driver.get(PASSWORDS).text
    assert driver.get(PASSWORDS).one("//h1").get("lang") == "en"


def test_dates_are_written_as_the_language_does() -> None:
    day, moment = date(2026, 12, 1), datetime(2026, 12, 1, 15, 42, tzinfo=UTC)
    assert dates.weekday(day) == "Tuesday, December 1, 2026"
    with using("es"):
        assert dates.weekday(day) == "martes, 1 de diciembre de 2026"
        assert (dates.month_day(day), dates.short_day(day)) == ("1 de diciembre", "1 dic")
        assert dates.moment(moment) == "1 de diciembre de 2026, 10:42\N{NARROW NO-BREAK SPACE}a.m., hora del este"
        assert dates.until(day, date(2026, 12, 3)) == "2 días de retraso"
    with using("fr"):
        assert dates.weekday(day) == "mardi 1er décembre 2026"
        assert dates.day(date(2026, 12, 21)) == "21 décembre 2026"
        assert dates.moment(moment).startswith("1er décembre 2026, 10 h 42")
