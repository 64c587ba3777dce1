"""What a member sees and does, through the pages."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.faq import service as faq
from lms.faq.rules import Draft
from lms.feedback.models import Comment, CommentPeriod
from tests.factories.people import make_organization, make_person
from tests.feedback.member import (
    TEXT,
    action,
    answered,
    around_today,
    author,
    comment_path,
    mine,
    only,
    period,
    write,
)
from tests.feedback.said import make_period, say
from tests.pages import MISSING, Browser

__all__ = ["author", "mine", "period"]


def test_the_page_says_when_comments_are_taken(session: Session, browser: Browser) -> None:
    assert browser.get("/feedback/").h1 == "No comment period is planned yet"
    over = around_today(session, 20, -5)
    assert browser.get("/feedback/").h1.startswith(f"The comment period ended on {over.ends_on:%B}")
    coming = around_today(session, -5, 20)
    assert browser.get("/feedback/").h1.startswith(f"Comments are taken from {coming.begins_on:%B}")
    runs = around_today(session, 4, 4)
    page = browser.get("/feedback/")
    assert page.h1.startswith(f"Comments are taken until {runs.ends_on:%B}")
    assert "Every comment is read." in page.text
    assert "in 4 days" in page.text


def test_visitors_see_how_many_commented_and_nobodys_name(session: Session, browser: Browser) -> None:
    period = around_today(session)
    person = make_person(session, "Kim Exemple", organization=make_organization(session, "Placeholder Freight"))
    answered(session, say(session, period, person=person))
    say(session, period, "And what is not one?", person=person)
    say(session, period, "A draft", state="draft")
    page = browser.get("/feedback/")
    facts = [dd.text for dd in page.find("//section[@aria-labelledby='period-1']//dd[@class='num']")]
    assert facts == ["2", "1", "1"]
    assert "Kim Exemple" not in page.html
    assert TEXT not in page.html
    assert browser.get(page.links()["Sign in and write a comment"]).path == "/login"


def test_from_the_criterion_to_the_sent_comment(session: Session, period: CommentPeriod, mine: Browser) -> None:
    form = mine.get(mine.get("/criteria/6.2").links()["Comment on this criterion"])
    assert form.h1 == "Comment on 6.2"
    assert form.form().values() | {"csrf_token": ""} == form.form().values() | {
        "csrf_token": "", "criterion": "6.2", "entity": "highway-carriers-us-mexico", "version": "0", "text": "",
    }  # fmt: skip
    sent = mine.submit(form, kind="unclear", text=TEXT, do="send")
    assert sent.h1 == "Your comment on 6.2 is sent"
    comment = only(session)
    assert (comment.state, comment.kind, comment.text, comment.period_id) == ("sent", "unclear", TEXT, period.id)
    assert sent.path == f"/feedback/comments/{comment.public_id}"
    row = mine.get("/feedback/")
    assert "1 waits for an answer" in row.text
    assert row.links()["6.2, It is unclear"] == sent.path


def test_criteria_have_no_link_while_no_period_runs(session: Session, mine: Browser) -> None:
    around_today(session, 20, -5)
    assert "Comment on this criterion" not in mine.get("/criteria/6.2").links()
    assert mine.get("/feedback/new").path == "/feedback/"


def test_people_of_no_company_choose_among_all_entity_types(
    session: Session, period: CommentPeriod, browser: Browser
) -> None:
    form = browser.sign_in(make_person(session)).get("/feedback/new?entity=importers")
    assert len(form.find("//select[@name='entity']/option[@value!='']")) == 13
    assert form.form().values()["entity"] == "importers"


def test_a_company_speaks_for_its_own_kinds_alone(session: Session, period: CommentPeriod, mine: Browser) -> None:
    refused = mine.submit(
        mine.get("/feedback/new?criterion=6.2"), entity="importers", kind="cost", text="x", do="send", status=422
    )
    assert "Choose the entity type" in refused.text
    assert only(session).entity == ""


def test_what_is_missing_is_said_and_what_is_there_is_kept(
    session: Session, period: CommentPeriod, mine: Browser
) -> None:
    page = mine.submit(mine.get("/feedback/new"), text="Too short a way to say it", do="send", status=422)
    links = page.find("//section[@role='alert']//a/@href")
    assert links == ["#criterion", "#kind"]
    assert only(session).text == "Too short a way to say it"
    long = mine.submit(page, action(page), criterion="6.2", kind="other", text="x" * 1001, do="send", status=422)
    assert "The comment has 1,001 characters. Shorten it to 1,000." in long.text
    assert len(only(session).text) == 1001, "a draft may be longer for a while"
    assert mine.submit(long, action(long), text="x" * 1000, do="send").h1 == "Your comment on 6.2 is sent"


def test_withdrawing_and_deleting(session: Session, period: CommentPeriod, mine: Browser) -> None:
    draft = write(mine)
    gone = mine.submit(draft, f"{draft.path}/withdraw")
    assert "The draft is deleted." in gone.text
    assert mine.get(draft.path, status=404).h1 == MISSING
    sent = write(mine, do="send")
    taken = mine.submit(sent, f"{sent.path}/withdraw")
    assert taken.h1 == "You withdrew this comment"
    assert only(session).state == "withdrawn"
    assert not taken.find("//main//form")


def test_an_answer_is_shown_with_its_changes_and_its_faq_entry(
    session: Session, period: CommentPeriod, author: Person, mine: Browser
) -> None:
    head, comment = say(session, period, "Whose answer counts"), say(session, period, person=author)
    comment.merged_id = head.id
    answered(session, head)
    page = mine.get(comment_path(comment))
    assert page.h1 == "Your comment on 6.2 is answered"
    assert "One by ISO 17712." in page.text
    assert "Explained:" in page.text
    assert "Others said the same." in page.text
    assert "The answer was changed" not in page.text
    assert not page.find("//main//form"), "others rely on the answer: nothing is withdrawn any more"
    said = faq.said("Which seals?", "Those of **ISO 17712**.")
    entry = faq.add(session, Draft({"en": said}, ("6.2",), (), None), by_id=author.id, now=now(), comments=(head.id,))
    session.commit()
    answered(session, head, "One of class H by ISO 17712.")
    page = mine.get(comment_path(comment))
    assert "The answer was changed" in page.text
    assert "One of class H" in page.text
    assert page.links()["Read it in the FAQ"] == f"/faq/{entry.id}"
    assert mine.get("/feedback/?show=answered").links()[f"FAQ entry {entry.id}"] == f"/faq/{entry.id}"


def test_an_answer_that_comes_first_keeps_the_comment(
    session: Session, period: CommentPeriod, author: Person, mine: Browser
) -> None:
    comment = say(session, period, person=author)
    page = mine.get(comment_path(comment))
    answered(session, comment)
    late = mine.submit(page, f"{page.path}/withdraw")
    assert "answered already" in late.text
    assert only(session).state == "sent"


def test_long_lists_come_page_by_page(session: Session, period: CommentPeriod, author: Person, mine: Browser) -> None:
    for number in range(21):
        say(session, period, f"Question {number}", person=author)
    first = mine.get("/feedback/")
    assert len(first.find("//tbody/tr")) == 20
    assert "Comments 1 to 20 of 21." in first.text
    assert len(mine.get(first.links()["Next page"]).find("//tbody/tr")) == 1


def test_somebody_elses_comment_answers_like_a_missing_one(
    app: Flask, session: Session, period: CommentPeriod, author: Person
) -> None:
    drafted, sent = say(session, period, person=author, state="draft"), say(session, period, "Sent", person=author)
    colleague = make_person(session, "Ana Sample", organization=author.organization)
    other = Browser(app).sign_in(colleague)
    token = other.get("/feedback/new").form().values()["csrf_token"]
    for comment in (drafted, sent):
        path, none = comment_path(comment), comment_path(comment)[:-3] + "zzz"
        assert other.client.get(path).data == other.client.get(none).data.replace(none.encode(), path.encode())
        for address in (path, f"{path}/withdraw"):
            answer = other.client.post(address, data={"csrf_token": token, "text": "Mine now", "do": "send"})
            assert answer.status_code == 404
    session.rollback()
    assert {c.text for c in session.scalars(select(Comment))} == {TEXT, "Sent"}


def test_two_editions_are_commented_on_apart(session: Session, period: CommentPeriod, mine: Browser) -> None:
    files = store.content_of(session, published(session).revision_id)
    text = files["criteria.csv"].decode()
    files["editions/next.csv"] = text.replace("\n6.2,", "\n6.22,", 1).encode()
    newest = published(session).revision_id
    catalog.publish(session, files, base=newest, author="tests", message="The next edition", now=now())
    session.commit()
    day = program_day(now())
    coming = make_period(session, day, day + timedelta(days=300), edition="next")
    number = coming.id
    page = mine.get("/feedback/")
    assert [h.text for h in page.find("//section/h2")][:2] == [
        "The criteria of edition 2019",
        "The criteria of edition next",
    ]
    assert not mine.get("/feedback/new").find("//option[@value='6.22']")
    form = mine.get(f"/feedback/new?period={number}&criterion=6.22")
    assert not form.find("//aside//a[@href='/criteria/6.22']"), "there is no page of it yet"
    sent = mine.submit(form, kind="wording", text="Say which seals.", do="send")
    assert sent.h1 == "Your comment on 6.22 is sent"
    assert only(session).period_id == number
