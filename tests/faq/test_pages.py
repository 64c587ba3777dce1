"""Questions and answers as everybody reads them, and whether they helped."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.content.coverage import coverage
from lms.faq import rules, service
from lms.faq.models import FaqVote
from lms.faq.rules import Draft
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, words

from .world import AT, make_comment, make_entry, said

QUESTION = "Which seal goes on a loaded container?"
SPANISH = ("¿Qué precinto lleva un contenedor cargado?", "Uno de alta seguridad.")


@pytest.fixture
def staff(session: Session) -> Person:
    return make_person(session, "Sam Sample", role=Role.STAFF)


def test_before_anything_is_answered_the_page_says_what_will_be_here(browser: Browser) -> None:
    page = browser.get("/faq/")
    assert "No question is answered here yet." in page.text
    assert page.h1 == "Questions and answers"


@on_both
def test_entries_stand_by_category_with_the_comments_they_answer(
    session: Session, browser: Browser, staff: Person
) -> None:
    first, merged = make_comment(session, staff, "Which seal?"), make_comment(session, staff, "What seal do we use?")
    merged.merged_id = first.id
    gone = make_comment(session, staff, "Which seals?", state="withdrawn", merged_id=first.id)
    session.commit()
    make_entry(session, staff, "Who runs the program?")
    make_entry(session, staff, "Do we keep the numbers?", criteria=("6.1",))
    make_entry(session, staff, QUESTION, criteria=("6.2", "4.8"), comments=(first.id,))
    make_entry(session, staff, "How long is a password?", criteria=("4.8",))
    page = browser.get("/faq/")
    framework = published(session).library.framework
    heads = [words(h) for h in page.find("//main//section//h2")]
    names = [f"{n} {framework.categories[n].name}" for n in (4, 6)]
    assert heads == [*names, "About the program"]
    assert [words(h) for h in page.find("//main//section[2]//h3")] == [QUESTION, "Do we keep the numbers?"]
    assert "Answers 2 comments" in page.text
    assert gone.id
    assert "4 questions are answered here." in page.text


def test_a_question_in_own_words_finds_the_answer_and_leads_to_it(
    session: Session, browser: Browser, staff: Person
) -> None:
    make_entry(session, staff, QUESTION, "One of high security.", criteria=("6.2",))
    make_entry(session, staff, "How long is a password?", criteria=("4.8",))
    page = browser.get("/faq/?q=How+do+I+lock+a+trialer%3F")
    assert "1 answer found" in page.text
    assert "No answer has the word “trialer”. We looked for “trailer”." in page.text
    assert page.one("//input[@name='q']").get("value") == "How do I lock a trialer?"
    answer = browser.get(page.links()[QUESTION])
    assert answer.h1 == QUESTION
    assert "One of high security." in answer.text
    assert "6.2 must" in answer.links()
    assert "These have some of them" in browser.get("/faq/?q=password+xylophone").text
    assert "No answer fits this yet." in browser.get("/faq/?q=xylophone").text


def test_filters_narrow_what_is_listed_and_what_is_found(session: Session, browser: Browser, staff: Person) -> None:
    make_entry(session, staff, "A seal for everybody?", criteria=("6.2",))
    make_entry(session, staff, "A seal for importers?", criteria=("6.5",), entities=("importers",))
    make_entry(session, staff, "A password?", criteria=("4.8",), entities=("customs-brokers",))
    for query, listed in (
        ("", {"A seal for everybody?", "A seal for importers?", "A password?"}),
        ("entity=importers", {"A seal for everybody?", "A seal for importers?"}),
        ("category=4", {"A password?"}),
        ("category=6&q=padlock", {"A seal for everybody?", "A seal for importers?"}),
        ("entity=customs-brokers&q=padlock", {"A seal for everybody?"}),
        ("entity=none&category=99&page=7", {"A seal for everybody?", "A seal for importers?", "A password?"}),
    ):
        page = browser.get(f"/faq/?{query}")
        found = {words(a) for a in page.find("//ul[@class='faq-list']/li/*[self::h2 or self::h3]/a")}
        assert found == listed, query


def test_long_lists_go_by_pages(session: Session, browser: Browser, staff: Person) -> None:
    for number in range(51):
        service.add(session, Draft({"en": said(f"Question {number}?", "Yes.")}), by_id=staff.id, now=AT)
    session.commit()
    page = browser.get("/faq/")
    assert len(page.find("//ul[@class='faq-list']/li")) == 50
    assert len(browser.get(page.links()["Next page"]).find("//ul[@class='faq-list']/li")) == 1


def test_readers_get_their_language_or_english_that_says_so(session: Session, app: Flask, staff: Person) -> None:
    translated = make_entry(session, staff, QUESTION, "One of high security.", spanish=SPANISH)
    english = make_entry(session, staff, "How long is a password?")
    reader = Browser(app)
    reader.client.set_cookie("language", "es")
    page = reader.get(f"/faq/{translated}")
    assert page.h1 == SPANISH[0]
    assert SPANISH[1] in page.text
    assert page.one("//h1").get("lang") is None
    page = reader.get(f"/faq/{english}")
    assert page.one("//h1").get("lang") == page.one("//div[@class='lesson']").get("lang") == "en"
    assert SPANISH[0] in reader.get("/faq/?q=candado").links()


def test_a_new_version_is_read_and_the_old_one_is_kept(session: Session, browser: Browser, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION, "One of high security.")
    draft = Draft({"en": said("Which seal on a loaded container?", "ISO 17712.")})
    service.change(session, number, draft, after=1, by_id=staff.id, now=AT + timedelta(days=1))
    session.commit()
    page = browser.get(f"/faq/{number}")
    assert "ISO 17712." in page.text
    assert "Sam Sample" not in page.html
    old = browser.get(page.links()["Version 1, November 2, 2026, 10:00 AM Eastern Time"])
    assert old.h1 == QUESTION
    assert "This is what the answer said before." in old.text
    assert not old.find("//form[contains(@action, 'helpful')]")
    assert browser.get(old.links()["Read what it says now"]).h1 == "Which seal on a loaded container?"
    for address in (f"/faq/{number}?version=3", f"/faq/{number}?version=0", f"/faq/{number + 1}", f"/faq/{2**31 - 1}"):
        browser.get(address, status=404)


def test_the_paragraph_that_teaches_it_is_a_link_as_long_as_it_is_there(
    session: Session, browser: Browser, staff: Person
) -> None:
    taught = coverage(published(session).library)
    place = rules.choices(taught, ("6.2",))[0].place
    gone, nowhere = (
        rules.Place(place.module, place.section, "no-anchor"),
        rules.Place(place.module, "no-section", "x"),
    )
    addresses = []
    for one in (place, gone, nowhere):
        draft = Draft({"en": said(QUESTION, "Yes.")}, ("6.2",), (), one)
        number = service.add(session, draft, by_id=staff.id, now=AT).id
        session.commit()
        page = browser.get(f"/faq/{number}")
        addresses.append([a.get("href") for a in page.find("//main//a[starts-with(@href, '/courses/')]")])
    page_address = f"/courses/{place.module}/{place.section}/"
    assert addresses == [[f"{page_address}#{place.anchor}"], [page_address], []]
    assert browser.get(page_address).find(f"//*[@id='{place.anchor}']")


@on_both
def test_each_reader_has_one_voice_and_the_last_word_counts(session: Session, app: Flask, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    visitor, other, member = Browser(app), Browser(app), Browser(app)
    member.sign_in(make_person(session, organization=make_organization(session)))
    helpful = f"/faq/{number}/helpful"
    for reader in (visitor, other, member):
        assert "No reader has said so yet." in reader.get(f"/faq/{number}").text or reader is not visitor
        reader.submit(reader.get(f"/faq/{number}"), helpful, helpful="yes")
    page = visitor.submit(visitor.get(f"/faq/{number}"), helpful, helpful="no")
    assert "You said no. 2 of 3 readers said yes." in page.text
    assert page.one("//button[@value='no']").get("aria-pressed") == "true"
    assert "You said yes. 2 of 3 readers said yes." in member.get(f"/faq/{number}").text
    session.rollback()
    voters = session.scalars(select(FaqVote.voter)).all()
    assert len(set(voters)) == 3
    assert all(len(voter) == 64 for voter in voters)


def test_votes_are_about_the_version_that_was_read(session: Session, browser: Browser, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    browser.submit(browser.get(f"/faq/{number}"), f"/faq/{number}/helpful", helpful="no")
    service.change(session, number, Draft({"en": said(QUESTION, "A longer one.")}), after=1, by_id=staff.id, now=AT)
    session.commit()
    assert "No reader has said so yet." in browser.get(f"/faq/{number}").text


def test_only_yes_and_no_are_words(session: Session, browser: Browser, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    page = browser.get(f"/faq/{number}")
    for word in ("", "maybe"):
        browser.submit(page, f"/faq/{number}/helpful", helpful=word, status=400)
    service.retire(session, number, by_id=staff.id, now=AT)
    session.commit()
    browser.submit(page, f"/faq/{number}/helpful", helpful="yes", status=404)
    assert session.scalars(select(FaqVote)).all() == []


def test_reading_leaves_nothing_behind(session: Session, browser: Browser, staff: Person) -> None:
    number = make_entry(session, staff, QUESTION)
    for address in ("/faq/", "/faq/?q=seal", f"/faq/{number}"):
        browser.get(address)
    with browser.client.session_transaction() as kept:
        assert "reader" not in kept
