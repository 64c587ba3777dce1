"""Drafts, sending and taking back, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import program_day
from lms.core.database import db
from lms.feedback import rules, service
from lms.feedback.models import Comment, CommentPeriod, Disposition
from lms.feedback.rules import Words
from lms.feedback.service import Author
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.feedback.said import AT, make_period, say
from tests.races import AT_ONCE, race

WORDS = Words("6.2", "importers", "unclear", "What is a high-security seal?")
OTHER = Words("6.2", "importers", "cost", "A bolt seal costs two dollars.")
TODAY = program_day(AT)


@pytest.fixture
def period(session: Session) -> CommentPeriod:
    return make_period(session)


@pytest.fixture
def author(session: Session) -> Person:
    return make_person(session, organization=make_organization(session))


def draft(session: Session, period: CommentPeriod, author: Person, words: Words = WORDS, number: int = 1) -> Comment:
    by = Author(author.id, author.organization_id, "en")
    comment = service.begin(session, f"draft-{number:016}", words, period=period, author=by, now=AT)
    session.commit()
    return comment


@on_both
def test_words_are_saved_over_the_version_they_were_typed_over(
    session: Session, period: CommentPeriod, author: Person
) -> None:
    comment = draft(session, period, author)
    later = AT + timedelta(minutes=1)
    service.save(session, comment, OTHER, version=1, language="es", now=later)
    session.commit()
    assert (service.words_of(comment), comment.version, comment.language, comment.saved_at) == (OTHER, 2, "es", later)
    with pytest.raises(service.NewerText):
        service.save(session, comment, WORDS, version=1, language="en", now=later)
    assert service.words_of(comment) == OTHER, "an older window overwrites nothing"


def test_words_that_stand_there_already_are_saved_whatever_the_version(
    session: Session, period: CommentPeriod, author: Person
) -> None:
    comment = draft(session, period, author)
    service.save(session, comment, OTHER, version=1, language="en", now=AT)
    service.save(session, comment, OTHER, version=1, language="en", now=AT + timedelta(minutes=9))
    assert (comment.version, comment.saved_at) == (2, AT), (
        "the answer to the first time was lost; the second changes nothing"
    )


@on_both
def test_sent_words_are_never_changed(session: Session, period: CommentPeriod, author: Person) -> None:
    comment = draft(session, period, author)
    service.send(session, comment, today=TODAY, now=AT)
    session.commit()
    with pytest.raises(service.NoDraft):
        service.save(session, comment, OTHER, version=1, language="en", now=AT)
    with pytest.raises(service.NoDraft):
        service.send(session, comment, today=TODAY, now=AT)
    assert (comment.state, comment.text, comment.digest) == ("sent", WORDS.text, rules.digest(WORDS))


def test_nothing_is_sent_outside_the_period(session: Session, period: CommentPeriod, author: Person) -> None:
    comment = draft(session, period, author)
    for day in (period.begins_on - timedelta(days=1), period.ends_on + timedelta(days=1)):
        with pytest.raises(service.Closed):
            service.send(session, comment, today=day, now=AT)
        with pytest.raises(service.Closed):
            service.send_all(
                session, [OTHER], period=period, author=Author(author.id, None, "en"), public_ids=["x"], today=day, now=AT
            )  # fmt: skip
    assert comment.state == "draft"


@on_both
def test_the_same_is_sent_once(session: Session, period: CommentPeriod, author: Person) -> None:
    first = draft(session, period, author)
    service.send(session, first, today=TODAY, now=AT)
    again = draft(session, period, author, Words(*("6.2", "importers", "unclear"), f"  {WORDS.text}\n"), 2)
    with pytest.raises(service.SaidAlready) as refused:
        service.send(session, again, today=TODAY, now=AT)
    assert refused.value.comment is first
    service.withdraw(session, first, now=AT)
    service.send(session, again, today=TODAY, now=AT)
    session.commit()
    assert (first.state, again.state) == ("withdrawn", "sent"), "what was taken back may be said again"


def test_two_people_may_say_the_same(session: Session, period: CommentPeriod, author: Person) -> None:
    other = make_person(session, "Ana Sample")
    for number, person in enumerate((author, other)):
        service.send(session, draft(session, period, person, number=number), today=TODAY, now=AT)
    assert service.heard(session, period.id) == service.Heard(comments=2, people=2, answered=0)


@on_both
def test_one_more_draft_than_one_may_have(
    session: Session, period: CommentPeriod, author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_DRAFTS", 2)
    kept = [draft(session, period, author, number=number) for number in (1, 2)]
    with pytest.raises(service.TooManyDrafts):
        draft(session, period, author, number=3)
    service.send(session, kept[0], today=TODAY, now=AT)
    assert draft(session, period, author, number=3).state == "draft", "what is sent is no draft any more"


@on_both
def test_withdrawing(session: Session, period: CommentPeriod, author: Person) -> None:
    unsent, sent = draft(session, period, author), say(session, period, person=author)
    service.withdraw(session, unsent, now=AT)
    service.withdraw(session, sent, now=AT)
    session.commit()
    assert session.scalars(select(Comment)).all() == [sent]
    assert (sent.state, sent.withdrawn_at, sent.digest, sent.text) == ("withdrawn", AT, None, WORDS.text)
    assert service.heard(session, period.id).comments == 0
    service.withdraw(session, sent, now=AT + timedelta(days=1))
    assert sent.withdrawn_at == AT, "a second time changes nothing"


def answered(session: Session, comment: Comment) -> None:
    staff = make_person(session)
    session.add(
        Disposition(comment_id=comment.id, outcome="explained", text="One by ISO 17712.", by_id=staff.id, at=AT)
    )
    session.commit()


@on_both
def test_what_is_answered_is_not_withdrawn(session: Session, period: CommentPeriod, author: Person) -> None:
    mine, head = say(session, period, person=author), say(session, period, "The same in other words.")
    mine.merged_id = head.id
    answered(session, head)
    with pytest.raises(service.Answered):
        service.withdraw(session, mine, now=AT)
    assert service.tally(session, author.id) == {"answered": 1}
    assert service.answer(session, mine) is service.answer(session, head)
    assert service.heard(session, period.id) == service.Heard(comments=2, people=2, answered=2)


@on_both
def test_my_comments_by_how_they_stand(session: Session, period: CommentPeriod, author: Person) -> None:
    draft(session, period, author)
    texts = {number: f"Question {number}" for number in range(4)}
    said = [say(session, period, text, person=author, at=AT + timedelta(hours=n)) for n, text in texts.items()]
    say(session, period, "Somebody else's")
    answered(session, said[0])
    service.withdraw(session, said[1], now=AT)
    session.commit()
    counts = service.tally(session, author.id)
    assert counts == {"draft": 1, "sent": 2, "answered": 1, "withdrawn": 1}
    assert list(counts) == list(rules.STANDINGS), "in the order of the page"
    listed = {stands: service.mine(session, author.id, stands, offset=0, limit=9) for stands in counts}
    assert {stands: len(rows) for stands, rows in listed.items()} == counts
    assert [one.text for one in listed["sent"]] == ["Question 3", "Question 2"], "the newest first"
    assert [one.text for one in service.mine(session, author.id, "sent", offset=1, limit=1)] == ["Question 2"]
    assert service.on_criterion(session, period.id, "6.2") == 4, (
        "those of others count, drafts and withdrawn ones do not"
    )
    assert service.on_criterion(session, period.id, "6.1") == 0


@on_both
def test_all_rows_of_a_workbook_are_sent_once(session: Session, period: CommentPeriod, author: Person) -> None:
    say(session, period, WORDS.text, person=author)

    def hand_in() -> int:
        by, ids = (
            Author(author.id, author.organization_id, "en"),
            [f"row-{n}-{session.scalar(count)}" for n in range(3)],
        )
        sent = service.send_all(
            session, [WORDS, OTHER, OTHER], period=period, author=by, public_ids=ids, today=TODAY, now=AT
        )
        session.commit()
        return sent

    count = select(func.count()).select_from(Comment)
    assert hand_in() == 1, "one was sent before, one stands there twice"
    assert hand_in() == 0
    assert session.scalar(count) == 2
    sent = session.scalars(select(Comment).where(Comment.via == "workbook")).one()
    assert (sent.state, service.words_of(sent), sent.sent_at) == ("sent", OTHER, AT)


@on_both
def test_the_same_workbook_handed_in_many_times_at_once(
    app: Flask, session: Session, period: CommentPeriod, author: Person
) -> None:
    by, period_id = Author(author.id, author.organization_id, "en"), period.id
    session.rollback()

    def hand_in(number: int) -> int:
        return service.send_all(
            db.session,
            [WORDS, OTHER],
            period=db.session.get_one(CommentPeriod, period_id),
            author=by,
            public_ids=[f"{number}-{n}" for n in range(2)],
            today=TODAY,
            now=AT,
        )

    answers = race(app, *(lambda n=n: hand_in(n) for n in range(AT_ONCE)))
    assert sorted(answers, key=str) == [0] * (AT_ONCE - 1) + [2]
    assert session.scalar(select(func.count()).select_from(Comment)) == 2


@on_both
def test_a_draft_saved_by_many_windows_at_once_keeps_one_of_them(
    app: Flask, session: Session, period: CommentPeriod, author: Person
) -> None:
    comment, person = draft(session, period, author), author.id
    public_id = comment.public_id
    session.rollback()

    def save(number: int) -> str:
        found = service.own(db.session, public_id, person_id=person, lock=True)
        assert found is not None
        words = Words("6.2", "importers", "cost", f"Window {number}")
        service.save(db.session, found, words, version=1, language="en", now=AT)
        return words.text

    answers = race(app, *(lambda n=n: save(n) for n in range(AT_ONCE)))
    saved = [answer for answer in answers if isinstance(answer, str)]
    assert len(saved) == 1
    assert sum(isinstance(answer, service.NewerText) for answer in answers) == AT_ONCE - 1
    session.expire_all()
    stands = session.scalars(select(Comment)).one()
    assert (stands.text, stands.version) == (saved[0], 2)
