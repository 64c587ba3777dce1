"""The register of certificates: staff searches it, opens one, and revokes one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.certificates import known, register, revoking
from lms.certificates.models import Certificate, CertificateDocument, Revocation
from lms.certificates.register import Wanted
from lms.certificates.rules import Standing
from lms.core.database import db
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser, Page, words

from .records import NOON, PASSWORDS, SEALS, TYPICAL, WALK, earn
from .test_renewals import attend

TODAY = date(2020, 11, 13)
SEEN_AT = datetime(2020, 11, 13, 17, tzinfo=UTC)
NOTE = "A colleague sat at the desk that day."


@pytest.fixture
def freight(session: Session) -> Organization:
    return make_organization(session)


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam Specimen", role=Role.STAFF)


@pytest.fixture
def numbers(session: Session, freight: Organization, staff: Person) -> dict[str, str]:
    """Certificates of two people and companies, one or two of each standing on TODAY, by a word for each."""
    ana = make_person(session, "Ana Ejemplo", organization=freight)
    ben = make_person(session, "Ben O'Neill", organization=make_organization(session, "Placeholder 100% Freight"))
    made = {
        "renewed": earn(session, ana, SEALS)[0],
        "expired": earn(session, ana, WALK, at=NOON)[0],
        "valid": earn(session, ana, SEALS, at=NOON + timedelta(days=100))[0],
        "revoked": earn(session, ben, PASSWORDS, at=NOON + timedelta(days=200))[0],
        "attended": attend(session, ana),
    }
    session.commit()
    by_word = {word: certificate.number for word, certificate in made.items()}
    revoking.revoke(
        session, by_word["revoked"], reason="wrong person", note=NOTE, by_id=staff.id, now=NOON + timedelta(days=201)
    )
    session.commit()
    return by_word


@pytest.fixture
def desk(browser: Browser, staff: Person) -> Iterator[Browser]:
    with travel(SEEN_AT):
        yield browser.sign_in(staff)


def shown(page: Page) -> list[str]:
    return [words(row).replace(" ", "") for row in page.find("//section[@aria-labelledby='rows']//tbody//th")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["revoked", "valid", "attended", "expired", "renewed"]),
        ("q=ana", ["valid", "attended", "expired", "renewed"]),
        ("q=O'NEILL", ["revoked"]),
        ("q=%25", []),
        ("q=_", []),
        ("company=100%25", ["revoked"]),
        ("company=sample+freight", ["valid", "attended", "expired", "renewed"]),
        ("kind=6", ["valid", "renewed"]),
        ("kind=attendance", ["attended"]),
        ("kind=program", []),
        ("kind=nonsense", ["revoked", "valid", "attended", "expired", "renewed"]),
        ("standing=valid", ["valid"]),
        ("standing=renewed", ["renewed"]),
        ("standing=expired", ["attended", "expired"]),
        ("standing=revoked", ["revoked"]),
        ("since=2020-02-20", ["revoked", "valid"]),
        ("since=2019-11-12&until=2020-02-20", ["valid", "attended", "expired", "renewed"]),
        ("until=2019-11-11", []),
        ("q=ana&kind=6&standing=renewed", ["renewed"]),
    ],
)
@on_both
def test_what_is_chosen_is_what_is_listed_and_counted(
    desk: Browser, numbers: dict[str, str], query: str, found: list[str]
) -> None:
    page = desk.get(f"/program/certificates/?{query}")
    assert shown(page) == [numbers[word] for word in found]
    count = {0: "No certificates found", 1: "1 certificate"}.get(len(found), f"{len(found)} certificates")
    assert page.h1 == count


def test_a_number_is_found_as_people_type_it(desk: Browser, numbers: dict[str, str]) -> None:
    number = numbers["valid"]
    page = desk.get(f"/program/certificates/?q={number[:4].lower()}-{number[4:8]}+{number[8:]}")
    assert shown(page) == [number]
    assert page.find(f"//a[@href='/program/certificates/{number}']")


def test_a_name_is_found_as_it_was_and_as_it_is(desk: Browser, session: Session, numbers: dict[str, str]) -> None:
    session.scalars(select(Person).where(Person.name == "Ben O'Neill")).one().name = "Ben Placeholder"
    session.commit()
    for name in ("neill", "ben+placeh"):
        assert shown(desk.get(f"/program/certificates/?q={name}")) == [numbers["revoked"]]


def test_a_day_that_is_none_is_named_and_narrows_nothing(desk: Browser, numbers: dict[str, str]) -> None:
    page = desk.get("/program/certificates/?since=yesterday&until=9999-12-31")
    assert len(shown(page)) == len(numbers)
    assert "Give the day as a date" in page.one("//*[@id='since-error']").text


@on_both
@pytest.mark.parametrize("standing", ["valid", "renewed", "expired", "revoked"])
def test_the_database_and_the_rule_agree_on_how_each_stands(
    session: Session, numbers: dict[str, str], standing: Standing
) -> None:
    for today in (date(2019, 11, 12), date(2020, 11, 12), TODAY, date(2022, 1, 1)):
        everyone = register.listed(session, Wanted(), today=today, offset=0, limit=100)
        theirs = register.listed(session, Wanted(standing=standing), today=today, offset=0, limit=100)
        assert [c.id for c in theirs] == [c.id for c in everyone if c.standing == standing]
        assert register.count(session, Wanted(standing=standing), today=today) == len(theirs)


def test_long_lists_come_in_pages_and_the_statements_do_not_grow(
    session: Session, desk: Browser, freight: Organization, numbers: dict[str, str]
) -> None:
    with counting() as few:
        desk.get("/program/certificates/")
    for n in range(50):
        earn(session, make_person(session, f"Person {n:02}", organization=freight), SEALS)
    with counting() as many:
        first = desk.get("/program/certificates/?company=sample")
    assert len(many) == len(few) <= 12
    second = desk.get(first.links()["Next page"])
    assert len(shown(first)) == 50
    assert len(shown(second)) == 4
    assert not set(shown(first)) & set(shown(second))


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engines = db.engines.values()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_before_the_first_the_page_says_what_will_be_here(desk: Browser) -> None:
    page = desk.get("/program/certificates/")
    assert page.h1 == "No certificates yet"
    assert "They come with the first complete category" in page.text


# One certificate


def test_one_shows_the_record_its_holder_and_its_documents(
    desk: Browser, session: Session, numbers: dict[str, str]
) -> None:
    certificate = session.scalars(select(Certificate).where(Certificate.number == numbers["valid"])).one()
    session.add(
        CertificateDocument(
            certificate_id=certificate.id, language="es", paper="a4", digest="d" * 64, unsigned_digest="u" * 64,
            pdf=b"%PDF-", drawn_at=NOON,
        )
    )  # fmt: skip
    session.commit()
    page = desk.get(f"/program/certificates/{numbers['valid']}")
    assert page.h1 == "This certificate is valid"
    assert "Ana Ejemplo" in page.text
    (row,) = page.find("//section[@aria-labelledby='signed']//tbody/tr")
    assert [words(cell) for cell in row] == ["Spanish", "A4", "d" * 64, "November 12, 2019, 12:00 PM Eastern Time"]
    chain = [words(row) for row in page.find("//section[@aria-labelledby='chain']//tbody/tr")]
    assert [line.split("November")[0].split("February")[0].replace(" ", "") for line in chain] == [
        numbers["renewed"],
        numbers["valid"] + "thisone",
    ]


def test_a_revoked_one_says_why_when_and_by_whom(desk: Browser, numbers: dict[str, str]) -> None:
    page = desk.get(f"/program/certificates/{numbers['revoked']}")
    assert page.h1 == "This certificate is revoked"
    for fact in ("The training was taken by another person.", NOTE, "Sam Specimen", "May 31, 2020"):
        assert fact in page.text
    assert "Revoke this certificate" not in page.links()
    form = desk.get(f"/program/certificates/{numbers['revoked']}/revoke")
    assert form.path == f"/program/certificates/{numbers['revoked']}"


@pytest.mark.parametrize("tail", ["", "/revoke"])
def test_a_number_we_never_issued_is_no_page(desk: Browser, tail: str) -> None:
    assert desk.get(f"/program/certificates/{TYPICAL.number}{tail}", status=404).h1 == MISSING


# Revoking


def revoked(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Revocation.note).order_by(Revocation.revoked_at)))


def test_staff_revokes_one_for_good(desk: Browser, session: Session, numbers: dict[str, str]) -> None:
    number = numbers["valid"]
    page = desk.get(desk.get(f"/program/certificates/{number}").links()["Revoke this certificate"])
    assert page.h1 == "Revoke the certificate of Ana Ejemplo"
    assert "cannot be taken back" in page.text
    after = desk.submit(
        page, reason="wrong facts", note="The company's name is another one.", confirm=number[-4:].lower()
    )
    assert after.path == f"/program/certificates/{number}"
    assert after.h1 == "This certificate is revoked"
    assert revoked(session) == [NOTE, "The company's name is another one."]
    found = known.find(session, number, today=TODAY)
    assert found
    assert (found.standing, found.reason) == ("revoked", "wrong facts")


def test_twice_keeps_what_was_said_first(desk: Browser, session: Session, numbers: dict[str, str]) -> None:
    number = numbers["valid"]
    page = desk.get(f"/program/certificates/{number}/revoke")
    desk.submit(page, reason="wrong facts", note="First.", confirm=number[-4:])
    again = desk.submit(page, reason="wrong person", note="Second.", confirm=number[-4:])
    assert "nothing was changed a second time" in again.html
    assert revoked(session) == [NOTE, "First."]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "dislike"}, "reason"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"confirm": "0000"}, "confirm"),
        ({"confirm": ""}, "confirm"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_changed(
    desk: Browser, session: Session, numbers: dict[str, str], change: dict[str, str], field: str
) -> None:
    number = numbers["valid"]
    typed = {"reason": "wrong facts", "note": "A note.", "confirm": number[-4:]} | change
    page = desk.submit(desk.get(f"/program/certificates/{number}/revoke"), status=422, **typed)
    assert len(page.find(f"//section[@role='alert']//a[@href='#{field}']")) == 1
    assert (page.one("//textarea[@name='note']").text or "").strip() == typed["note"].strip()
    assert revoked(session) == [NOTE]


@pytest.mark.parametrize("role", [Role.LEARNER, Role.COORDINATOR, Role.TRAINER])
def test_nobody_else_opens_the_register(
    browser: Browser, session: Session, freight: Organization, numbers: dict[str, str], role: Role
) -> None:
    browser.sign_in(make_person(session, "Somebody Else", role=role, organization=freight))
    for tail in ("", numbers["valid"], f"{numbers['valid']}/revoke"):
        assert browser.client.get(f"/program/certificates/{tail}").status_code == 403
    token = browser.get("/account/").find("//input[@name='csrf_token']/@value")[0]
    data = {"reason": "wrong facts", "note": "x", "confirm": numbers["valid"][-4:], "csrf_token": token}
    assert browser.client.post(f"/program/certificates/{numbers['valid']}/revoke", data=data).status_code == 403
    assert revoked(session) == [NOTE]
