"""Merging, assigning and answering comments; each author is told once."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import db
from lms.feedback import dispositions, groups
from lms.feedback.models import Comment, CommentPeriod, Disposition
from lms.notices import running
from lms.notices.models import Letter
from tests.conftest import on_both
from tests.factories.people import make_person
from tests.feedback.said import make_period, say
from tests.notices.conftest import Post, post
from tests.pages import Browser, Page
from tests.races import race

__all__ = ["post"]

DESK = "/program/rollout/comments/"


@pytest.fixture
def pat(session: Session) -> Person:
    return make_person(session, "Pat Exemple", role=Role.STAFF)


@pytest.fixture
def staff(browser: Browser, pat: Person) -> Browser:
    return browser.sign_in(pat)


@pytest.fixture
def period(session: Session) -> CommentPeriod:
    return make_period(session)


def answer(
    staff: Browser, comment: Comment, text: str = "A bolt seal.", outcome: str = "explained", **also: object
) -> Page:
    address = f"{DESK}{comment.public_id}"
    return staff.submit(staff.get(address), f"{address}/answer", text=text, outcome=outcome)


def letters(session: Session) -> list[tuple[str, str]]:
    """Whom a letter of an answer waits for, and about which comment."""
    session.rollback()
    found = select(Person.name, Letter.about).join(Person, Person.id == Letter.person_id)
    return sorted((name, about) for name, about in session.execute(found.where(Letter.kind == "answer")))


def stored(session: Session, comment: Comment) -> Comment:
    """As it stands now."""
    session.rollback()
    return session.get_one(Comment, comment.id)


def mark(*comments: Comment) -> list[tuple[str, str]]:
    return sorted((comment.person.name, comment.public_id) for comment in comments)


@on_both
def test_an_answer_is_recorded_and_its_author_is_told_once(
    session: Session, staff: Browser, period: CommentPeriod
) -> None:
    comment = say(session, period)
    page = answer(staff, comment)
    assert "A bolt seal." in page.text
    assert "Explained:" in page.text
    assert "Each author is told by mail once." in page.text
    page = answer(staff, comment, "Sealed by ISO 17712.", "accepted")
    assert "who was told already gets no second mail" in page.text
    assert letters(session) == mark(comment)
    history = dispositions.history(session, comment.id)
    assert [(one.outcome, one.text, by) for one, by in history] == [
        ("accepted", "Sealed by ISO 17712.", "Pat Exemple"),
        ("explained", "A bolt seal.", "Pat Exemple"),
    ]
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == comment.public_id)).all()
    assert actions == ["comment.answered"] * 2


@on_both
def test_the_same_answer_twice_is_one(session: Session, staff: Browser, period: CommentPeriod) -> None:
    comment = say(session, period)
    address = f"{DESK}{comment.public_id}"
    before = staff.get(address)
    for _ in range(2):
        page = staff.submit(before, f"{address}/answer", text="A bolt seal.", outcome="explained")
        assert page.status == 200
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Disposition)) == 1


def test_who_answers_over_an_answer_not_seen_is_told_and_keeps_the_words(
    session: Session, staff: Browser, period: CommentPeriod
) -> None:
    comment = say(session, period)
    address = f"{DESK}{comment.public_id}"
    before = staff.get(address)
    answer(staff, comment, "The first one.")
    page = staff.submit(before, f"{address}/answer", text="The second one.", outcome="changed", status=409)
    assert "Somebody answered meanwhile" in page.text
    assert page.form(f"{address}/answer").values()["text"].strip() == "The second one."
    staff.submit(page, f"{address}/answer")
    session.rollback()
    assert [one.text for one, _ in dispositions.history(session, comment.id)] == ["The second one.", "The first one."]


def test_an_answer_needs_a_decision_and_words(session: Session, staff: Browser, period: CommentPeriod) -> None:
    comment = say(session, period)
    address = f"{DESK}{comment.public_id}"
    page = staff.submit(staff.get(address), f"{address}/answer", text="x" * 4001, outcome="perhaps", status=422)
    assert "Choose what was decided." in page.text
    assert "4,000 characters at most" in page.text
    assert letters(session) == []


@on_both
def test_merged_comments_are_answered_together(session: Session, staff: Browser, period: CommentPeriod) -> None:
    head, twin, third = (say(session, period, f"Which bolt, {n}?") for n in range(3))
    address = f"{DESK}{head.public_id}"
    page = staff.submit(staff.get(address), f"{address}/merge", other=[twin.public_id, third.public_id])
    assert "2 comments are merged into this one" in page.text
    assert "tell 3 authors" in page.text
    answer(staff, head)
    assert letters(session) == mark(head, twin, third)
    assert "A bolt seal." in staff.get(f"{DESK}{twin.public_id}").text


@on_both
def test_who_is_merged_into_an_answered_comment_is_told_then(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person
) -> None:
    head, twin = say(session, period), say(session, period, "What is a seal?")
    answer(staff, head)
    session.rollback()
    groups.merge(session, head.public_id, [twin.public_id], by_id=pat.id, now=now())
    session.commit()
    assert letters(session) == mark(head, twin)


@on_both
def test_a_group_goes_along_and_one_taken_out_stands_by_itself(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person
) -> None:
    head, other, third = (say(session, period, f"Which bolt, {n}?") for n in range(3))
    groups.merge(session, other.public_id, [third.public_id], by_id=pat.id, now=now())
    assert groups.merge(session, head.public_id, [other.public_id], by_id=pat.id, now=now()) == 2
    session.commit()
    assert [one.id for one in groups.group_of(session, head.id)] == [other.id, third.id]
    address = f"{DESK}{other.public_id}"
    page = staff.submit(staff.get(address), f"{address}/take-out")
    assert "stands by itself again" in page.response.get_data(as_text=True)
    answer(staff, head)
    assert letters(session) == mark(head, third)


@on_both
@pytest.mark.parametrize(
    "why", ["another criterion", "another period", "withdrawn", "answered", "merged elsewhere", "into a merged one"]
)
def test_what_cannot_be_merged_changes_nothing(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person, why: str
) -> None:
    head, twin, third = (say(session, period, f"Which bolt, {n}?") for n in range(3))
    match why:
        case "another criterion":
            twin = say(session, period, criterion="6.1")
        case "another period":
            twin = say(session, make_period(session, edition="2027"))
        case "withdrawn":
            twin = say(session, period, state="withdrawn")
        case "answered":
            answer(staff, twin)
        case "merged elsewhere":
            groups.merge(session, third.public_id, [twin.public_id], by_id=pat.id, now=now())
        case _:
            groups.merge(session, third.public_id, [head.public_id], by_id=pat.id, now=now())
    session.commit()
    before = [(one.id, one.merged_id) for one in session.scalars(select(Comment).order_by(Comment.id))]
    with pytest.raises(groups.CannotMerge):
        groups.merge(session, head.public_id, [twin.public_id], by_id=pat.id, now=now())
    session.rollback()
    assert [(one.id, one.merged_id) for one in session.scalars(select(Comment).order_by(Comment.id))] == before


@on_both
def test_two_comments_merged_into_each_other_at_once_make_one_group(
    app: Flask, session: Session, period: CommentPeriod, pat: Person
) -> None:
    one, other, by_id = say(session, period).public_id, say(session, period, "What is it?").public_id, pat.id
    session.rollback()
    answers = race(
        app,
        lambda: groups.merge(db.session, one, [other], by_id=by_id, now=now()),
        lambda: groups.merge(db.session, other, [one], by_id=by_id, now=now()),
    )
    assert [answer for answer in answers if answer == 1] == [1]
    assert [type(answer) for answer in answers if answer != 1] == [groups.CannotMerge]
    session.rollback()
    merged = session.scalars(select(Comment.merged_id).where(Comment.merged_id.is_not(None))).all()
    assert len(merged) == 1


def test_a_comment_alone_that_was_withdrawn_is_not_answered(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person
) -> None:
    comment = say(session, period, state="withdrawn")
    page = staff.get(f"{DESK}{comment.public_id}")
    assert "withdrew this comment" in page.text
    assert not page.find("//textarea")
    with pytest.raises(dispositions.NotToAnswer):
        dispositions.answer(session, comment, outcome="changed", text="x", seen=0, by_id=pat.id, now=now())


def test_those_merged_into_a_withdrawn_comment_are_answered_all_the_same(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person
) -> None:
    head, twin = say(session, period), say(session, period, "What is a seal?")
    groups.merge(session, head.public_id, [twin.public_id], by_id=pat.id, now=now())
    head.state, head.withdrawn_at, head.digest = "withdrawn", now(), None
    session.commit()
    answer(staff, head)
    assert letters(session) == mark(twin)


def test_a_comment_is_given_to_somebody_of_the_staff_only(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person
) -> None:
    comment, learner = say(session, period), make_person(session)
    address = f"{DESK}{comment.public_id}"
    staff.submit(staff.get(address), f"{address}/assign", person=str(pat.id))
    assert stored(session, comment).assigned_id == pat.id
    page = staff.submit(staff.get(address), f"{address}/assign", person=str(learner.id))
    assert "does not run the roll-out" in page.response.get_data(as_text=True)
    session.rollback()
    session.execute(update(Person).where(Person.id == pat.id).values(disabled_at=now()))
    session.commit()
    admin = Browser(staff.app).sign_in(make_person(session, role=Role.ADMIN))
    assert admin.get(address).form(f"{address}/assign").values()["person"] == str(pat.id)
    admin.submit(admin.get(address), f"{address}/assign", person="")
    assert stored(session, comment).assigned_id is None


@pytest.mark.parametrize("action", ["", "/answer", "/merge", "/take-out", "/assign"])
def test_a_draft_looks_like_what_is_missing(
    app: Flask,
    session: Session,
    staff: Browser,
    period: CommentPeriod,
    action: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = say(session, period, state="draft")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    send = staff.client.post if action else staff.client.get
    draft_answer, missing = (send(f"{DESK}{number}{action}") for number in (draft.public_id, "A" * 22))
    assert draft_answer.status_code == missing.status_code == 404
    assert draft_answer.data.replace(draft.public_id.encode(), b"") == missing.data.replace(b"A" * 22, b"")


def test_what_a_member_writes_is_text_and_nothing_more(session: Session, staff: Browser, period: CommentPeriod) -> None:
    comment = say(session, period, "<script>alert(1)</script> {{ 7 * 7 }}")
    page = answer(staff, comment, "<b>bold</b>")
    assert "<script>alert(1)</script> {{ 7 * 7 }}" in page.text
    assert "<b>bold</b>" in page.text


@on_both
def test_the_mail_is_in_its_readers_language_and_names_nobody_else(
    session: Session, staff: Browser, period: CommentPeriod, pat: Person, post: Post
) -> None:
    for name, language in (("Ana", "es"), ("Ben", "en")):
        person = make_person(session, f"{name} Ejemplo", email=f"{name.lower()}@sample.example", language=language)
        say(session, period, f"Which bolt, {name}?", person=person)
    ana, ben = session.scalars(select(Comment).order_by(Comment.id))
    groups.merge(session, ana.public_id, [ben.public_id], by_id=pat.id, now=now())
    session.commit()
    answer(staff, ana, "A bolt seal, 100 % of them.")
    running.send(lambda: None)
    running.send(lambda: None)
    assert post.to == ["ana@sample.example", "ben@sample.example"]
    hers, his = post.of("ana@sample.example").get_content(), post.of("ben@sample.example").get_content()
    assert post.of("ben@sample.example")["Subject"] == "Your comment on criterion 6.2 is answered"
    for text, comment in ((hers, ana), (his, ben)):
        assert "A bolt seal, 100 % of them." in text
        assert f"/feedback/comments/{comment.public_id}" in text
    assert "Others wrote the same." in his
    assert "Ana" not in his
    assert "Ben" not in hers
    assert "Pat" not in hers + his


@on_both
def test_a_letter_about_a_comment_taken_back_meanwhile_is_dropped(
    session: Session, staff: Browser, period: CommentPeriod, post: Post
) -> None:
    comment = say(session, period)
    answer(staff, comment)
    session.rollback()
    session.execute(update(Comment).values(state="withdrawn", withdrawn_at=now(), digest=None))
    session.commit()
    running.send(lambda: None)
    assert post.mails == []
    session.rollback()
    assert session.scalars(select(Letter.state)).all() == ["dropped"]
