"""Repairing a question in the studio, from the list to what the learner reads afterwards."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.assessment.models import Remark, Repair
from lms.certificates.known import of_person
from lms.fsck import service as fsck
from lms.learning import service as learning
from lms.learning.models import Completion
from lms.studio import views_repairs
from lms.web import mail
from tests.assessment.answers import SEALS, WRONG, count
from tests.assessment.conftest import begin
from tests.assessment.taking import MISLED, MORNING, take
from tests.factories.people import make_organization, make_person
from tests.factories.quizzes import crowd, sit
from tests.pages import MISSING, Browser, Page, words

REPAIRS, DRY_RUN = "/studio/repairs/", "/studio/repairs/dry-run"
REASON = "Two answers are right."
WHOLE = {
    "module": SEALS, "question": "seals-class", "kind": "accept", "accept": "S", "since": "2026-11-02", "reason": REASON,
}  # fmt: skip


def dry_run(browser: Browser, *, status: int = 200, **changes: Any) -> Page:
    return browser.get(f"{DRY_RUN}?{urlencode(WHOLE | changes, doseq=True)}", status=status)


def facts(page: Page) -> dict[str, str]:
    """The counts of a page by their words."""
    terms = page.find("//dl[starts-with(@class, 'facts')]/dt")
    return {words(term): (re.findall(r"^[\d,]+", words(term.getnext())) or [""])[0] for term in terms}


def rows(page: Page) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in page.find("//section[@aria-labelledby='rows']//tbody/tr")]


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    """Ana passes by the repair and has read the lesson, Ben gains without passing, Cho has passed, Dov left after he erred."""
    home = make_organization(session)
    made = {name: make_person(session, name, organization=home) for name in ("Ana", "Ben", "Cho", "Dov")}
    for person, responses in zip(made.values(), (MISLED, WRONG | {"seals-class": [2]}, {}, MISLED), strict=True):
        take(session, person, responses)
    for section in ("what-a-seal-tells", "when-it-goes-on"):
        learning.open_section(session, person_id=made["Ana"].id, module=SEALS, section=section, now=MORNING)
    made["Dov"].disabled_at = MORNING
    session.commit()
    return made


@pytest.fixture
def outbox(app: Flask) -> list[Any]:
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox  # type: ignore[no-any-return]


def test_only_those_who_may_repair_come_in(
    app: Flask, session: Session, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    company = people["Ana"].organization
    actors = {role: make_person(session, role=role, organization=company) for role in Role}
    before = Browser(app).client.post(REPAIRS, data=WHOLE)
    assert (before.status_code, before.location.split("?")[0]) == (302, "/login")
    for role in Role:
        client = Browser(app).sign_in(actors[role]).client
        fine = role in (Role.TRAINER, Role.STAFF, Role.ADMIN)
        for path in (REPAIRS, f"{REPAIRS}new?module={SEALS}", f"{DRY_RUN}?{urlencode(WHOLE)}"):
            assert client.get(path).status_code == (200 if fine else 403), (role, path)
        assert client.post(REPAIRS, data=WHOLE).status_code == (303 if fine else 403), role
        assert client.post(f"{REPAIRS}1/tell").status_code == (303 if fine else 403), role
        assert client.get(f"{REPAIRS}1/").status_code == (200 if fine else 403), role
    assert count(session, Repair) == 1


def test_a_trainer_finds_the_question_step_by_step(terry: Browser) -> None:
    assert terry.get("/studio/").links()["Repair a question"] == REPAIRS
    index = terry.get(REPAIRS)
    assert "No question was repaired yet." in index.text
    choose = terry.get(index.links()["Seals, shortly"])
    form = terry.get(choose.links()["Which class letter must be on the seal?"])
    assert form.h1 == "Repair a question"
    assert [words(label) for label in form.find("//fieldset[@id='accept']//label")] == ["I", "S"]
    assert form.one("//form[@action='/studio/repairs/dry-run']").get("method") == "get"


def test_staff_come_from_the_program_page(app: Flask, session: Session) -> None:
    staff = Browser(app).sign_in(make_person(session, role=Role.STAFF))
    assert staff.get("/program/").links()["Repaired questions"] == REPAIRS
    page = staff.get(f"{REPAIRS}new?module={SEALS}&question=seals-class")
    assert not [href for href in page.links().values() if href == "/studio/" or href.startswith("/studio/modules/")]


def test_a_dry_run_says_who_would_pass_and_changes_nothing(
    terry: Browser, session: Session, people: dict[str, Person]
) -> None:
    page = dry_run(terry)
    assert page.h1 == "2 results would go from fail to pass"
    assert facts(page) == {
        "Attempts that asked it": "4", "Results that would rise": "3", "From fail to pass": "2", "From pass to fail": "0",
        "People to be told by mail": "2", "People who get no mail": "1",
    }  # fmt: skip
    assert "Nobody's pass is taken away" in page.text
    assert [row[0] for row in rows(page)] == ["Ana", "Dov", "Ben"]
    ana, dov, ben = rows(page)
    assert ana[1:] == [
        "Sample Freight Lines", "November 2, 2026, 9:00 AM Eastern Time", "71 %, not passed", "85 %, passed", "to be told",
    ]  # fmt: skip
    assert dov[-1] == "none: no access or no address"
    assert ben[3:5] == ["0 %, not passed", "14 %, not passed"]
    mailed = words(page.one("//details/div/pre"))
    assert "Ana," in mailed
    assert "Now it has 85 % and is passed." in mailed
    assert REASON in mailed
    assert count(session, Repair) == count(session, Remark) == 0


def test_every_count_leads_to_as_many_rows(terry: Browser, people: dict[str, Person]) -> None:
    def followed(page: Page) -> list[str]:
        ways = page.find("//dl[starts-with(@class, 'facts')]/dd/a")
        for way in ways:
            assert len(rows(terry.get(way.get("href")))) == int(words(way)), way.get("href")
        return [words(way) for way in ways]

    before = dry_run(terry)
    assert followed(before) == ["4", "3", "2", "2", "1"]
    assert followed(terry.submit(before)) == ["3", "2", "2", "1"]
    index = terry.get(REPAIRS)
    (raised,) = index.find("//td[@data-label='Results raised']/a")
    assert len(rows(terry.get(raised.get("href")))) == int(words(raised)) == 3


def test_one_button_applies_completes_and_tells(
    terry: Browser, session: Session, people: dict[str, Person], outbox: list[Any]
) -> None:
    ana = people["Ana"].id
    dry = dry_run(terry)
    page = terry.submit(dry)
    assert page.path == f"{REPAIRS}1/"
    assert page.h1 == "3 results raised, 2 from fail to pass"
    assert "Told by mail: 2. Still to tell: 0." in words(page.one("//body"))
    assert facts(page) | {"People told": "2", "People still to tell": "0", "People who get no mail": "1"} == facts(page)
    assert sorted(message.to[0] for message in outbox) == sorted(people[name].email for name in ("Ana", "Ben"))
    session.rollback()
    completed = session.scalars(select(Completion)).one()
    assert (completed.person_id, completed.module, completed.percent) == (ana, SEALS, 85)
    assert [c.record.category for c in of_person(session, ana, today=MORNING.date())] == [6]
    assert not [found for found in fsck.check(session, lambda *_: None) if not isinstance(found, int)]
    again = dry_run(terry)
    assert again.h1 == "Nobody would go from fail to pass"
    assert "This repair was made before" in again.text
    assert not again.find("//main//form")
    assert "nothing was changed a second time" in words(terry.submit(dry).one("//body")), "a double click"
    assert (count(session, Repair), count(session, Remark), len(outbox)) == (1, 3, 2)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose what shall hold."),
        ({"accept": "H"}, "accept", "Tick the answers that are right as well."),
        ({"since": "soon"}, "since", "Give the first day as a date, today or earlier."),
        ({"since": "2999-01-01"}, "since", "Give the first day as a date, today or earlier."),
        ({"reason": " "}, "reason", "Say in one sentence what is wrong with the question. Those concerned read it."),
        ({"reason": "x" * 501}, "reason", "The reason has 501 characters. Use 500 or fewer."),
        ({"question": "seals-match"}, "kind", "Choose what shall hold."),
        ({"question": "seals-iso"}, "answer", "Type the answer that is right as well, in 100 characters or fewer."),
        ({"question": "seals-review", "answer": "1,000"}, "answer", "This is no number that everybody reads alike. Type it like 7.5."),
    ],
)  # fmt: skip
def test_bad_input_keeps_what_was_typed(
    terry: Browser, session: Session, changes: dict[str, str], field: str, message: str
) -> None:
    sent = WHOLE | changes
    page = dry_run(terry, status=422, **changes)
    assert words(page.one("//section[@role='alert']//a")) == message
    assert page.one("//section[@role='alert']//a").get("href") == f"#{field}"
    assert page.find(f"//*[@id='{field}']")
    assert words(page.one("//textarea")) == sent["reason"].strip()
    assert page.one("//input[@id='since']").get("value") == sent["since"]
    if "answer" in sent:
        assert page.one("//input[@id='answer']").get("value") == sent["answer"]
    elif "question" not in changes:
        ticked = page.find("//input[@name='accept'][@checked]/@value")
        assert ticked == ([] if "accept" in changes else ["S"])
        chosen = page.find("//input[@name='kind'][@checked]/@value")
        assert chosen == ([] if "kind" in changes else ["accept"])
    assert count(session, Repair) == 0


def test_the_button_checks_what_it_gets(terry: Browser, session: Session) -> None:
    page = terry.submit(dry_run(terry), status=422, since="")
    assert page.one("//textarea").text.strip() == REASON
    assert count(session, Repair) == 0


@pytest.mark.parametrize("changes", [{"module": "none/none"}, {"question": "none"}, {"module": ""}])
def test_what_is_not_published_cannot_be_repaired(terry: Browser, changes: dict[str, str]) -> None:
    assert dry_run(terry, status=404, **changes).h1 == MISSING


def test_a_repair_that_is_not_there(terry: Browser, people: dict[str, Person]) -> None:
    terry.get(f"{REPAIRS}1/", status=404)
    token = terry.get("/account/").find("//input[@name='csrf_token']")[0].get("value")
    assert terry.client.post(f"{REPAIRS}1/tell", data={"csrf_token": token}).status_code == 404


def test_a_mail_server_that_is_down_loses_nobody(
    terry: Browser, people: dict[str, Person], outbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_values: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(mail, "send", refuse)
        page = terry.submit(dry_run(terry))
    assert "The mail server does not answer." in words(page.one("//body"))
    assert facts(page)["People still to tell"] == "2"
    monkeypatch.setattr(views_repairs, "LETTERS", 1)
    one = terry.submit(terry.get(f"{REPAIRS}1/"))
    assert "Told by mail: 1. Still to tell: 1." in words(one.one("//body"))
    last = terry.submit(one)
    assert (facts(last)["People told"], facts(last)["People still to tell"]) == ("2", "0")
    assert not last.find("//main//form"), "nobody is told twice"
    assert len(outbox) == 2


def test_long_lists_take_pages(terry: Browser, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_repairs, "ROWS", 2)
    page = dry_run(terry)
    assert [row[0] for row in rows(page)] == ["Ana", "Dov"]
    assert [row[0] for row in rows(terry.get(page.links()["Next page"]))] == ["Ben"]
    assert page.h1 == "2 results would go from fail to pass"


def test_the_learner_reads_what_changed_and_why(
    app: Flask, terry: Browser, session: Session, people: dict[str, Person]
) -> None:
    terry.submit(dry_run(terry))
    ana, ben = (Browser(app).sign_in(people[name]) for name in ("Ana", "Ben"))
    quiz = ana.get(f"/courses/{SEALS}/quiz")
    (mine,) = quiz.find("//section[@aria-labelledby='before']//li")
    said = words(mine)
    assert said.startswith("Attempt 1, November 2, 2026, 9:00 AM Eastern Time: passed, 85 %")
    assert re.search(
        rf"Marked again on .+ Eastern Time, after a question was repaired\. Before: 71 %, not passed\. The reason: {REASON}",
        said,
    )
    result = ana.get(quiz.links()["Attempt 1, November 2, 2026, 9:00 AM Eastern Time"])
    assert result.h1.startswith("You passed")
    alert = words(result.one("//section[@aria-labelledby='repaired']"))
    assert "Its first result, of November 2, 2026, 9:00 AM Eastern Time, was 71 % (5 of 7 points)" in alert
    assert REASON in alert
    failed = ben.get(f"/courses/{SEALS}/quiz").find("//section[@aria-labelledby='before']//a/@href")
    page = ben.get(failed[0])
    assert page.h1.startswith("Not yet")
    assert REASON in words(page.one("//section[@aria-labelledby='repaired']"))
    begin(session, people["Ben"].id, people["Ben"].organization_id)
    assert REASON not in ben.get(failed[0]).text, "a reason may give an answer away while the quiz is open"


def test_a_flagged_question_leads_there_and_a_repaired_one_says_so(terry: Browser, session: Session) -> None:
    for person in crowd(session, 20, make_organization(session).id):
        sit(session, person, SEALS, WRONG | {"seals-class": [2]})
    session.commit()
    for path in ("/studio/items", f"/studio/modules/{SEALS}/items"):
        page = terry.get(path)
        ways = page.find("//a[starts-with(., 'Repair this question')]/@href")
        assert f"{REPAIRS}new?module={SEALS.replace('/', '%2F')}&question=seals-class" in [
            w.replace(SEALS, SEALS.replace("/", "%2F")) for w in ways
        ]
        assert all(terry.get(way).h1 == "Repair a question" for way in set(ways))
    terry.submit(dry_run(terry))
    assert f"{REPAIRS}1/" in terry.get("/studio/items").find("//a[starts-with(., 'Repaired on')]/@href")
    part = words(terry.get(f"/studio/modules/{SEALS}/items").one("//section[@id='item-seals-class']"))
    assert re.search(rf"This question was repaired on .+: {REASON}", part)
