"""No sentence of a learner's page stays behind in English.

Each page is made with a catalog that puts brackets around every message; what is then visible outside of brackets may only be
names, dates and authored words. Authored words in another language than the page's say so by `lang`.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.announcements import service as announcements
from lms.announcements.rules import Audience, Words
from lms.announcements.service import Written
from lms.catalog.shelf import published
from lms.certificates.models import Certificate
from lms.content.coverage import coverage
from lms.core import language
from lms.core.clock import now, program_day
from lms.faq.rules import Draft, Said, choices
from lms.faq.service import change
from tests.assessment.answers import RIGHT, WRONG, finish, give, submit
from tests.assessment.conftest import begin
from tests.factories.editions import publish_next_edition
from tests.factories.library import republish
from tests.factories.people import make_organization, make_person
from tests.factories.training import PASSWORDS, SEALS, WALK, complete
from tests.faq.world import make_comment, make_entry
from tests.pages import Browser, Page
from tests.workbooks.world import filled, made
from tests.workshops.world import make_workshop

OPEN, CLOSE = "⟦", "⟧"
ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "data-label", "data-answered-label", "data-empty-label")
HIDDEN = {"script", "style", "head", "code"}
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, codes and what Babel's Spanish dates are made of.
NAMES = re.compile(
    r"MSC Ready|English|Español|Français|Marisol( Ejemplo)?|Sample Freight Lines|PDF|CSV|XLSX|TEST-\d+"
    r"|[\w.-]+@[\w.-]+|[\w-]+(\.[\w-]+)*\.(com|org|gov|net|info)"
    r"|\b(lunes|martes|miércoles|jueves|viernes|sábado|domingo|de|[ap]\.m|(ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)[a-z]*)\b",
    re.IGNORECASE,
)


class Brackets:
    """A catalog in which everything is translated into itself in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)

    def pgettext(self, _context: str, message: str) -> str:
        return self.gettext(message)


@pytest.fixture
def brackets(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "_catalog", lambda _language: Brackets())
    app.extensions["fragments"].clear()
    yield
    app.extensions["fragments"].clear()


def visible(element: Any) -> Iterator[str]:
    """The words under an element in the page's own language, in their order; those of attributes in brackets of their own."""
    if not isinstance(element.tag, str) or element.tag in HIDDEN or element.get("class") == "marking":
        return
    if element.get("lang") and element.tag != "html":
        return
    yield from (f" {element.get(name)} " for name in ATTRIBUTES if element.get(name))
    yield element.text or ""
    for child in element:
        yield from visible(child)
        yield child.tail or ""


def outside(text: str) -> str:
    """What is not in brackets; a message may hold another."""
    depth, kept = 0, []
    for character in text:
        depth += (character == OPEN) - (character == CLOSE)
        assert depth >= 0, text
        if depth == 0:
            kept.append(character if character != CLOSE else " ")
    assert depth == 0, "a message was cut"
    return "".join(kept)


def left_in_english(page: Page, *authored: str) -> list[str]:
    text = NAMES.sub(" ", outside("".join(visible(page.one("/html")))))
    for title in sorted(authored, key=len, reverse=True):
        text = re.sub(re.escape(title), " ", text, flags=re.IGNORECASE)
    return WORD.findall(text)


@pytest.fixture
def authored(session: Session) -> tuple[str, ...]:
    """Titles of the small library's modules and sections: they have no translation, and stand in titles and breadcrumbs too."""
    modules = published(session).library.modules.values()
    session.rollback()
    return (*(m.title for m in modules), *(s.title for m in modules for s in m.sections))


@pytest.fixture
def reader(session: Session, browser: Browser, brackets: None) -> Browser:
    browser.client.set_cookie("language", "es")
    return browser


def unmarked(browser: Browser, authored: tuple[str, ...], *paths: str, status: int = 200) -> dict[str, list[str]]:
    """Words that no message holds, by the address of the page that says them."""
    found = {path: left_in_english(browser.get(path, status=status), *authored) for path in paths}
    return {path: words for path, words in found.items() if words}


SEAL_PAGES = tuple(
    f"/courses/{SEALS}/{page}" for page in ("", "what-a-seal-tells/", "when-it-goes-on/", "print", "card")
)


def test_pages_of_visitors(reader: Browser, authored: tuple[str, ...]) -> None:
    assert not unmarked(
        reader, authored, "/", "/courses/", "/courses/seal-security/", "/courses/risk-assessment/", *SEAL_PAGES, "/criteria/",
        "/criteria/?q=zzz", "/criteria/6.1", "/criteria/3.8", "/criteria/coverage", "/criteria/coverage?entity=importers",
        "/timeline/", "/timeline/?entity=importers", "/workbooks/", "/glossary/", "/verify/", "/login", "/login/link", "/login/sent",
    )  # fmt: skip
    assert not unmarked(reader, (*authored, "zz"), "/verify/zz", "/nowhere", "/verify/?number=zz", status=404)
    assert not unmarked(reader, authored, "/invitations/none", "/login/link/none", status=410)


def test_what_forms_of_visitors_answer(reader: Browser, authored: tuple[str, ...]) -> None:
    wrong = reader.submit(reader.get("/login"), "/login", email="a@b.example", password="x", status=422)
    assert not left_in_english(wrong)
    check = reader.get(SEAL_PAGES[1])
    for answer in ("", "0", "1"):
        answered = reader.submit(check, f"/courses/{SEALS}/checks/seals-check", **{"seals-check": answer})
        assert not left_in_english(answered, *authored)


def test_pages_of_a_learner(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    person = make_person(session, organization=make_organization(session))
    reader.sign_in(person)
    session.rollback()
    assert not unmarked(
        reader, authored, "/", *SEAL_PAGES, f"/courses/{SEALS}/quiz", "/certificates/", "/account/", "/logout"
    )
    complete(session, person, SEALS, WALK)
    number = session.query(Certificate.number).order_by(Certificate.id).first()[0]
    session.rollback()
    typed = (number[:4], number[4:8], number[8:12], number[12:])
    assert not unmarked(
        reader, (*authored, *typed), "/", "/certificates/", f"/courses/{SEALS}/quiz", f"/verify/{number}", SEAL_PAGES[0]
    )
    complete(session, person, PASSWORDS)
    assert not unmarked(reader, authored, "/")


def test_pages_of_a_quiz(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    person = make_person(session, organization=make_organization(session))
    reader.sign_in(person)
    sheet = begin(session, person.id, person.organization_id)
    session.rollback()
    path = f"/attempts/{sheet.public_id}"
    assert not unmarked(reader, authored, path, *(f"{path}/questions/{n}" for n in range(1, 8)))
    give(reader, sheet, "seals-moves", [0, 0, None, None])
    give(reader, sheet, "seals-review", ["1,000"])
    assert not unmarked(reader, authored, path, *(f"{path}/questions/{n}" for n in range(1, 8)))
    assert not left_in_english(finish(reader, sheet, WRONG | {"seals-iso": []}), *authored)
    again = begin(session, person.id, person.organization_id, seed=2)
    session.rollback()
    assert not unmarked(reader, authored, path)
    assert not left_in_english(finish(reader, again, RIGHT), *authored)
    assert not unmarked(reader, authored, "/", f"/courses/{SEALS}/quiz")


def test_pages_of_a_quiz_under_rules(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """Time limits, `must: all`, an answer that waits, an acknowledgment that is missing, the wait after two failures."""
    driver = make_person(session, organization=make_organization(session))
    person, organization = driver.id, driver.organization_id
    reader.sign_in(driver)
    republish(session, ("pass: 80\n", "pass: 80\nmust: all\ntime: 20\n"), at=now())
    quiz = f"/courses/{SEALS}/quiz"
    assert not unmarked(reader, authored, quiz)
    sheet = begin(session, person, organization)
    path = f"/attempts/{sheet.public_id}"
    assert not unmarked(reader, authored, path, f"{path}/questions/1")
    assert not left_in_english(reader.submit(reader.get(path), status=422), *authored)
    form = reader.get(f"{path}/questions/1")
    assert not left_in_english(reader.submit(form, csrf_token="of another session", status=400), *authored)
    assert not unmarked(reader, authored, f"{path}/questions/1")
    assert not left_in_english(submit(reader, reader.get(path)), *authored)
    late = begin(session, person, organization, at=now() - timedelta(minutes=25))
    path = f"/attempts/{late.public_id}"
    over = reader.get(path)
    assert not left_in_english(over, *authored)
    token = over.form().values()["csrf_token"]
    refused = reader.client.post(f"{path}/questions/1", data={"csrf_token": token, "answer": "0"})
    assert refused.status_code == 409
    assert not left_in_english(Page(refused), *authored)
    assert not unmarked(reader, authored, path, quiz)


def test_pages_of_a_coordinator(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    company = make_organization(session)
    boss = make_person(session, role=Role.COORDINATOR, organization=company, functions=())
    driver = make_person(session, organization=company)
    complete(session, driver, SEALS)
    reader.sign_in(boss)
    assert not unmarked(
        reader, authored, "/company/", "/company/?show=behind", "/company/?show=complete", "/company/?show=ended",
        "/company/?q=nobody", "/company/people/new", f"/company/people/{driver.id}", f"/company/people/{driver.id}/training",
    )  # fmt: skip
    assert not unmarked(
        reader, authored, "/company/paper/", f"/company/paper/?module={SEALS}&variants=2", "/company/paper/answers"
    )
    assert not left_in_english(reader.get("/company/paper/answers?module=none&person=", status=422), *authored)
    page = reader.submit(reader.get("/company/people/new"), "/company/people/new", name="", email="x", status=422)
    assert not left_in_english(page)
    page = reader.submit(reader.get("/company/people/new"), "/company/people/new", name="Ana", email="ana@b.example")
    assert not left_in_english(page, "Ana")


def test_pages_of_people_who_come_and_go(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    company = make_organization(session)
    boss = make_person(session, role=Role.COORDINATOR, organization=company, functions=())
    number = company.number
    names = (*authored, "samplefreight.example", "name", "email", "functions", "language", "site", "employee_number")
    names = (*names, "hired", "left", "point-of-contact", *published(session).library.framework.functions)
    assert not unmarked(reader, authored, "/join")
    sent = reader.submit(reader.get("/join"), "/join", name="Ana", email="ana@b.example", number=number)
    assert not left_in_english(sent, *authored)
    assert not left_in_english(reader.submit(reader.get("/join"), "/join", name="", email="x", status=422), *authored)
    reader.sign_in(boss)
    assert not unmarked(
        reader,
        names,
        "/company/joining/",
        "/company/people/left",
        "/company/dates",
        "/timeline/",
        "/company/evidence/",
        "/company/roster/",
    )
    columns = "name,email,functions,hired\n"
    rows = (
        "Ana Sample,ana@c.example,driver,2020-01-02\nBen,no address,driver,\nChloé,c@c.example,astronaut,03/04/2020\n"
    )
    file = (BytesIO((columns + rows).encode()), "Ben.csv")
    preview = reader.submit(reader.get("/company/roster/"), "/company/roster/", file=file)
    said = ("Ana Sample", "Ben", "no address", "Chloé", "astronaut")
    assert not left_in_english(preview, *said, *names)
    bad = reader.submit(
        reader.get("/company/roster/"), "/company/roster/", file=(BytesIO(b"%PDF-1.7"), "Ben.csv"), status=422
    )
    assert not left_in_english(bad, *said, *names)


def test_pages_behind_the_code_of_a_sign_in_sheet(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """Open, marked, too early, too late, cancelled."""
    reader.sign_in(make_person(session, organization=make_organization(session)))
    moment = now()
    facts = (
        {},
        {"starts_at": moment + timedelta(hours=1)},
        {"starts_at": moment - timedelta(hours=9)},
        {"cancelled_at": moment},
    )
    made = [make_workshop(session, **{"starts_at": moment, **values}) for values in facts]
    paths = [f"/workshops/{one.public_id}/attend/{one.code}" for one in made]
    session.rollback()
    assert not unmarked(reader, (*authored, "Chicago"), *paths)
    assert not left_in_english(reader.submit(reader.get(paths[0])), *authored, "Chicago")


def test_pages_of_workshops(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """Nothing there, one in a room and one online; registered, waiting; cancelled, held."""
    lists = ("/workshops/", "/workshops/?past=1", "/workshops/?office=houston")
    offices = tuple(office.name for office in published(session).library.framework.program.field_offices)
    person = make_person(session, organization=make_organization(session))
    assert not unmarked(reader, (*authored, *offices), *lists)
    ahead = {"starts_at": now() + timedelta(days=1), "reads": [SEALS]}
    room = make_workshop(session, entities=["importers"], seats=1, **ahead)
    online = make_workshop(session, place="", link="https://meet.sample.example/", seats=1, minutes=50, **ahead)
    off = make_workshop(session, cancelled_at=now(), cancelled_because="Ice.", **ahead)
    held, place = make_workshop(session, starts_at=now() - timedelta(days=1)), room.place
    paths = [f"/workshops/{one.public_id}" for one in (room, online, off, held)]
    session.rollback()
    said = (*authored, *offices, place, "https://meet.sample.example/")
    assert not unmarked(reader, said, *lists, *paths)
    reader.sign_in(make_person(session, organization=make_organization(session)))
    for path in paths[:2]:
        assert not left_in_english(reader.submit(reader.get(path), f"{path}/register"), *said)
    reader.sign_in(person)
    session.rollback()
    for path in paths[:2]:
        assert not left_in_english(reader.submit(reader.get(path), f"{path}/register"), *said)
        assert not unmarked(reader, said, *lists)
        assert not left_in_english(reader.submit(reader.get(path), f"{path}/leave"), *said)
    assert not unmarked(reader, said, *lists, *paths)


def test_pages_of_a_self_assessment(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """Empty and filled in; a note too long, another tab, a file that is none, a workbook with a row that cannot be taken."""
    book = filled(made(published(session).library), {"6.1": {"answer": "Met"}, "6.2": {"answer": "Zzz", "note": "Zzz"}})
    boss = make_person(session, role=Role.COORDINATOR, organization=make_organization(session), functions=())
    reader.sign_in(boss)
    session.rollback()
    home, seals = "/company/assessment/", "/company/assessment/seal-security"
    said = (*authored, "Zzz", "note", "answer")
    assert not unmarked(reader, said, "/workbooks/", home, seals, f"{home}print")
    tab = reader.get(seals)
    for answer in ("not-yet", "partly"):
        values = {"answer-6-1": answer, "answer-6-2": "n/a", "note-6-1": "Zzz"}
        assert not left_in_english(reader.submit(reader.get(seals), **values), *said)
        assert not unmarked(reader, said, home, f"{home}print")
    values = {"answer-6-1": "met"}
    assert not left_in_english(reader.submit(tab, status=409, **values), *said)
    values = {"note-6-1": "Zzz " * 600}
    assert not left_in_english(reader.submit(reader.get(seals), status=422, **values), *said)
    for body, status in ((book, 200), (b"%PDF", 422)):
        read = reader.submit(reader.get(home), f"{home}workbook", file=(BytesIO(body), "Zzz.xlsx"), status=status)
        assert not left_in_english(read, *said)
    assert not left_in_english(reader.submit(reader.get(home), f"{home}workbook", status=422), *said)


def test_pages_of_questions_and_answers(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """Nothing there; nothing found, found with other words; in the reader's language and in English; voted, said anew."""
    staff = make_person(session, role=Role.STAFF)
    assert not unmarked(reader, authored, "/faq/", "/faq/?q=zzz")
    spanish = ("¿Qué precinto lleva un contenedor?", "Alta seguridad siempre.")
    own = make_entry(session, staff, "Which seal?", spanish=spanish, criteria=("6.2",), entities=("importers",))
    english = make_entry(
        session, staff, "How long is a password?", comments=(make_comment(session, staff, "How long?").id,)
    )
    said = (*authored, *spanish, "zzz", "contraseñna", "contrasena")
    pages = ("/faq/", "/faq/?q=contraseñna", "/faq/?q=contrasena+zzz", "/faq/?q=zzz", "/faq/?entity=importers")
    assert not unmarked(reader, said, *pages, f"/faq/{own}", f"/faq/{english}")
    for word in ("yes", "no"):
        voted = reader.submit(reader.get(f"/faq/{own}"), f"/faq/{own}/helpful", helpful=word)
        assert not left_in_english(voted, *said)
    session.rollback()
    place = choices(coverage(published(session).library), ("6.2",))[0].place
    change(session, own, Draft({"en": Said("Which?", "This.")}, (), (), place), after=1, by_id=staff.id, now=now())
    session.commit()
    assert not unmarked(reader, said, f"/faq/{own}", f"/faq/{own}?version=1")


def test_pages_of_announcements(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """None; to be read, on the dashboard too; read."""
    staff = make_person(session, role=Role.STAFF)
    reader.sign_in(make_person(session, organization=make_organization(session)))
    assert not unmarked(reader, authored, "/announcements/")
    words = Words("Dates moved", "Later.", "<p>Later.</p>", "en")
    written = Written(words, {}, Audience(), mailed=False, shown_until=program_day(now()))
    made = [announcements.save(session, None, written, by_id=staff.id, now=now()).public_id for _ in range(5)]
    for public_id in made:
        announcements.publish(session, public_id, actor_id=staff.id, now=now())
    session.commit()
    page = f"/announcements/{made[0]}"
    assert not unmarked(reader, authored, "/", "/announcements/", page)
    assert not left_in_english(reader.submit(reader.get(page), page), *authored)
    assert not unmarked(reader, authored, "/announcements/", page)


def test_pages_of_editions(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    """With one edition, and with two. Words compared one by one are cut within their brackets, so not those."""
    assert not unmarked(reader, authored, "/criteria/changes/")
    publish_next_edition(session)
    assert not unmarked(
        reader, authored, "/criteria/changes/?entity=sea-carriers", "/criteria/changes/?from=2027&to=2027"
    )
