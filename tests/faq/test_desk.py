"""Staff keep the FAQ: of comments, in three languages, version by version."""

from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.content.coverage import coverage
from lms.core.audit import AuditEntry
from lms.core.database import db
from lms.faq import rules, service, versions
from lms.faq.rules import Draft
from lms.faq.service import NothingNew, SaidMeanwhile
from lms.fsck.rules import Broken
from lms.fsck.service import Finding, check
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, words
from tests.races import AT_ONCE, race

from .world import AT, make_comment, make_entry, said

DESK = "/program/rollout/faq/"
QUESTION = "Which seal goes on a loaded container?"


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam Sample", role=Role.STAFF)


@pytest.fixture
def desk(browser: Browser, staff: Person) -> Browser:
    return browser.sign_in(staff)


def wrong(session: Session) -> list[Broken]:
    """What the check of a live database finds in the FAQ."""
    found = (one.broken for one in check(session, lambda _invariant, _rows: None) if isinstance(one, Finding))
    return [broken for broken in found if broken.table.startswith("faq")]


@on_both
def test_an_entry_is_made_of_a_comment_and_its_answer(session: Session, desk: Browser, staff: Person) -> None:
    member = make_person(session, organization=make_organization(session))
    comment = make_comment(session, member, "What seal\ndo we use?", answer="One of *high* security.")
    merged = make_comment(session, member, "Which seal?", merged_id=comment.id)
    ids, comment_id = (comment.id, merged.id), comment.public_id
    place = rules.choices(coverage(published(session).library), ("6.2",))[0].place
    session.rollback()
    page = desk.get(f"{DESK}new?comment={merged.public_id}")
    assert page.h1 == "Make an FAQ entry of a comment"
    form = page.form(f"{DESK}new").values()
    assert form["comment"] == comment_id
    assert (form["question-en"], form["answer-en"]) == ("What seal do we use?", "One of *high* security.")
    assert (form["criteria"], form["entities"]) == ("6.2", ["highway-carriers-us-mexico"])
    made = desk.submit(page, f"{DESK}new", **{"question-en": QUESTION, "place": place.key})
    assert "Members find it from now on." in made.text
    session.rollback()
    entry = versions.entries(session)[0]
    assert entry.draft.words["en"].html == "<p>One of <em>high</em> security.</p>"
    assert (entry.draft.place, entry.comments) == (place, 2)
    assert versions.answering(session, ids) == dict.fromkeys(ids, entry.number)
    session.rollback()
    shown = desk.get(f"/faq/{entry.number}")
    assert "Answers 2 comments" in shown.text
    assert member.name not in shown.html
    assert wrong(session) == []
    assert session.scalars(select(AuditEntry.details).where(AuditEntry.action == "faq.added")).all() == [
        {"comments": [ids[0]]}
    ]


def test_what_answers_a_comment_already_is_offered_first(session: Session, desk: Browser, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION, criteria=("6.2",))
    make_entry(session, staff, "How long is a password?")
    comment = make_comment(session, staff, "Which padlock do we put on the trailer?")
    comment_id, address = comment.id, f"{DESK}new?comment={comment.public_id}"
    session.rollback()
    page = desk.get(address)
    assert [words(a) for a in page.find("//section[@aria-labelledby='like']//a")] == [QUESTION]
    for _ in range(2):  # twice is once
        linked = desk.submit(page, f"{DESK}{number}/comments")
        assert f"Entry {number} answers this comment." in linked.text
    session.rollback()
    assert versions.answering(session, [comment_id]) == {comment_id: number}
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("faq.")))
    assert list(actions) == ["faq.added", "faq.added", "faq.comment_linked"]


def test_a_long_comment_is_cut_between_words_to_a_question() -> None:
    assert rules.question_from("a  b\nc") == "a b c"
    long = rules.question_from("word " * 200)
    assert len(long) <= rules.LONGEST_QUESTION
    assert long.endswith("word …")
    assert len(rules.question_from("x" * 900)) <= rules.LONGEST_QUESTION


def test_drafts_and_comments_that_there_are_not_answer_alike(session: Session, desk: Browser, staff: Person) -> None:
    draft = make_comment(session, staff, "Not sent yet", state="draft", sent_at=None)
    address = f"{DESK}new?comment={draft.public_id}"
    number = make_entry(session, staff, QUESTION)
    desk.get(address, status=404)
    desk.get(f"{DESK}new?comment=none", status=404)
    token = desk.get(DESK + "new").form(f"{DESK}new").values()["csrf_token"]
    for comment in ("", "none"):
        sent = {"comment": comment, "csrf_token": token}
        assert desk.client.post(f"{DESK}{number}/comments", data=sent).status_code == 404
    for path in ("", "/retire", "/restore", "/comments"):
        assert desk.client.post(f"{DESK}{number + 1}{path}", data={"csrf_token": token}).status_code in (404, 422)
    desk.get(f"{DESK}{number + 1}", status=404)


@on_both
def test_an_edit_is_a_new_version_and_the_search_follows(session: Session, desk: Browser, staff: Person) -> None:
    number = make_entry(session, staff, "Which seal?", "One of high security.")
    page = desk.get(f"{DESK}{number}")
    spanish = {"question-es": "¿Qué candado?", "answer-es": "Uno de alta seguridad."}
    saved = desk.submit(
        page, f"{DESK}{number}", **{"question-en": "Which bicycle?", "answer-en": "A red one.", **spanish}
    )
    assert "Version 2 is shown from now on." in saved.text
    assert [words(a) for a in saved.find("//aside//li/a")] == ["Version 2", "Version 1"]
    assert saved.form(f"{DESK}{number}").values()["question-es"] == "¿Qué candado?"
    assert "Which bicycle?" in desk.get("/faq/?q=red+bicycle").links()
    assert "No answer fits this yet." in desk.get("/faq/?q=high+security").text
    same = desk.submit(saved, f"{DESK}{number}")
    assert "Nothing was changed" in same.text
    session.rollback()
    assert [one[0] for one in versions.history(session, number)] == [2, 1]
    assert wrong(session) == []


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(
    session: Session, desk: Browser, staff: Person
) -> None:
    number = make_entry(session, staff, QUESTION, "One of high security.")
    page = desk.get(f"{DESK}{number}")
    service.change(session, number, Draft({"en": said(QUESTION, "ISO 17712.")}), after=1, by_id=staff.id, now=AT)
    session.commit()
    clash = desk.submit(page, f"{DESK}{number}", status=409, **{"answer-en": "Mine."})
    assert "Somebody saved another version meanwhile." in clash.text
    assert "ISO 17712." in words(clash.one("//section[@aria-labelledby='theirs']"))
    assert clash.form(f"{DESK}{number}").values()["answer-en"].strip() == "Mine."
    assert "Version 3 is shown" in desk.submit(clash, f"{DESK}{number}", **{"answer-en": "ISO 17712, and mine."}).text


@on_both
def test_versions_are_counted_by_the_key(session: Session, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    other = Draft({"en": said(QUESTION, "Another answer.")})
    service.change(session, number, other, after=1, by_id=staff.id, now=AT)
    with pytest.raises(NothingNew):
        service.change(session, number, other, after=2, by_id=staff.id, now=AT)
    with pytest.raises(SaidMeanwhile) as meanwhile:
        service.change(session, number, Draft({"en": said(QUESTION, "Third.")}), after=1, by_id=staff.id, now=AT)
    assert meanwhile.value.args == (2,)


@on_both
def test_of_many_versions_and_links_at_once_one_is_kept(app: Flask, session: Session, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    comment, by_id = make_comment(session, staff, "Which seal?").id, staff.id
    session.rollback()

    def say(nth: int) -> int:
        draft = Draft({"en": said(QUESTION, f"Answer {nth}.")})
        return service.change(db.session, number, draft, after=1, by_id=by_id, now=AT).number

    said_at_once = race(app, *(partial(say, nth) for nth in range(AT_ONCE)))
    assert sorted(map(str, said_at_once)) == ["2"] * AT_ONCE
    assert sum(isinstance(one, SaidMeanwhile) for one in said_at_once) == AT_ONCE - 1
    linked = race(app, *[lambda: service.link(db.session, number, comment, by_id=by_id, now=AT)] * AT_ONCE)
    assert sorted(map(bool, linked)) == [False] * (AT_ONCE - 1) + [True]
    voted = race(app, *[lambda: service.vote(db.session, number, "a" * 64, helpful=True, now=AT)] * AT_ONCE)
    assert voted == [None] * AT_ONCE
    assert service.votes(session, versions.one(session, number)) == rules.Votes(1, 0)
    assert wrong(session) == []


def test_the_paragraphs_to_choose_from_are_those_that_teach_the_criteria(
    session: Session, desk: Browser, staff: Person
) -> None:
    taught = coverage(published(session).library)
    other = rules.choices(taught, ("6.1",))[0].place
    session.rollback()
    page = desk.get(f"{DESK}new")
    assert [o.get("value") for o in page.find("//select[@id='place']/option")] == [""]
    typed = {"question-en": QUESTION, "answer-en": "Yes.", "criteria": "6.2"}
    listed = desk.submit(page, f"{DESK}new", list="1", **typed)
    keys = [o.get("value") for o in listed.find("//select[@id='place']/option")][1:]
    assert keys == [one.place.key for one in rules.choices(taught, ("6.2",))]
    assert listed.form(f"{DESK}new").values()["question-en"] == QUESTION
    assert versions.entries(session) == []
    session.rollback()
    if other.key not in keys:
        refused = desk.submit(listed, f"{DESK}new", status=422, place=other.key)
        assert "This paragraph teaches none of these criteria." in refused.text
    assert other.key not in keys


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"question-en": ""}, "Write the question."),
        ({"answer-en": " \n"}, "Write the answer."),
        ({"question-en": "x" * 301}, "Write 300 characters at most; these are 301."),
        ({"question-fr": "Quel scellé ?"}, "Write the answer in Français as well, or leave both empty."),
        ({"answer-es": "Sí."}, "Write the question in Español as well, or leave both empty."),
        ({"criteria": "6.2; 99.9"}, "There is no criterion 99.9 in edition"),
        ({"answer-en": "[" * 61}, "A paragraph has"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    session: Session, desk: Browser, typed: dict[str, str], told: str
) -> None:
    page = desk.get(f"{DESK}new")
    whole = {"question-en": QUESTION, "answer-en": "Yes.", "criteria": "6.2"}
    refused = desk.submit(page, f"{DESK}new", status=422, **(whole | typed))
    field = refused.one("//*[contains(@class, 'usa-error-message')]")
    assert told in words(field)
    assert words(field) in words(refused.one("//section[@class='errors']"))
    assert refused.form(f"{DESK}new").values()["criteria"] == (whole | typed)["criteria"]
    assert versions.entries(session) == []


def test_active_text_is_shown_as_text(session: Session, desk: Browser) -> None:
    answer = "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"
    typed = {"question-en": "<b>Which</b>?", "answer-en": answer}
    made = desk.submit(desk.get(f"{DESK}new"), f"{DESK}new", **typed)
    assert "Members find it from now on." in made.text
    session.rollback()
    number = versions.entries(session)[0].number
    session.rollback()
    page = desk.get(f"/faq/{number}")
    assert page.h1 == "<b>Which</b>?"
    assert not page.find("//div[@class='lesson']//script | //div[@class='lesson']//a[@href]")
    assert words(page.one("//div[@class='lesson']//strong")) == "bold"


def test_an_entry_is_retired_and_restored(session: Session, desk: Browser, app: Flask, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    comment = make_comment(session, staff, "Which seal?")
    service.link(session, number, comment.id, by_id=staff.id, now=AT)
    comment_id = comment.id
    session.commit()
    retired = desk.submit(desk.get(f"{DESK}{number}"), f"{DESK}{number}/retire")
    assert retired.h1 == f"FAQ entry {number}, shown no more"
    Browser(app).get(f"/faq/{number}", status=404)
    assert QUESTION not in desk.get("/faq/").text
    assert desk.get(DESK).h1 == "No FAQ entries"
    assert QUESTION in desk.get(f"{DESK}?standing=retired").links()
    assert versions.answering(session, [comment_id]) == {}
    session.rollback()
    edited = desk.submit(retired, f"{DESK}{number}", **{"answer-en": "Said anew while nobody saw it."})
    assert "Nobody has said yet" in edited.text
    assert wrong(session) == []
    desk.submit(desk.get(f"{DESK}{number}"), f"{DESK}{number}/restore")
    assert "Said anew while nobody saw it." in Browser(app).get(f"/faq/{number}").text
    assert QUESTION in desk.get("/faq/?q=anew+nobody+saw").links()


def test_the_desk_lists_what_helps_and_finds_by_meaning(session: Session, desk: Browser, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION, criteria=("6.2",), spanish=("¿Qué precinto?", "Uno."))
    make_entry(session, staff, "How long is a password?")
    service.vote(session, number, "a" * 64, helpful=True, now=AT)
    service.vote(session, number, "b" * 64, helpful=False, now=AT)
    session.commit()
    page = desk.get(DESK)
    assert page.h1 == "2 FAQ entries"
    cells = [words(c) for c in page.find("//tbody/tr[1]/*")]
    assert cells[:4] == [QUESTION, "6.2", "0", "1 of 2"]
    assert cells[5] == "English, Español"
    found = desk.get(f"{DESK}?q=padlocks")
    assert found.h1 == "1 FAQ entry found"
    assert desk.get(f"{DESK}?q=xylophone").h1 == "No FAQ entries found"
    assert Path(found.links()[QUESTION]).name == str(number)


def test_others_may_not_write(session: Session, app: Flask, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    learner = Browser(app).sign_in(make_person(session, organization=make_organization(session)))
    for address in (DESK, f"{DESK}new", f"{DESK}{number}"):
        learner.get(address, status=403)
    page = learner.get(f"/faq/{number}")
    assert QUESTION in page.text
    token = page.form(f"/faq/{number}/helpful").values()["csrf_token"]
    assert learner.client.post(f"{DESK}{number}/retire", data={"csrf_token": token}).status_code == 403
