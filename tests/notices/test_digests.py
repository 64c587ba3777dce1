"""What coordinators read on Mondays."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from time_machine import travel

from lms.accounts.models import JoinRequest, Organization, Person
from lms.accounts.permissions import Role
from lms.core.clock import now
from lms.core.database import transaction
from lms.notices.rules import NAMED
from tests.conftest import on_both
from tests.factories.people import make_organization
from tests.factories.training import PASSWORDS, SEALS, WALK, complete

from .conftest import Post
from .world import at, company, person, remind, states

MONDAY = at(11, 1, 2027)


def coordinator(session: Session, home: Organization, name: str = "Robin", **values: Any) -> Person:
    """Somebody who has completed all of his or her own training."""
    robin = person(session, name, home, role=Role.COORDINATOR, **values)
    complete(session, robin, SEALS, WALK, PASSWORDS, at=at(1))
    return robin


def waits(session: Session, home: Organization, *, proved: bool) -> None:
    moment = now()
    session.add(
        JoinRequest(
            token_hash=f"{proved}" * 8, email="new@sample.example", name="New", number=home.number, functions=[],
            organization_id=home.id, created_at=moment, expires_at=moment, proved_at=moment if proved else None,
        )
    )  # fmt: skip
    session.commit()


@on_both
def test_the_digest_says_how_the_company_stands(app: Flask, session: Session, post: Post) -> None:
    home, elsewhere = company(session), make_organization(session, "Placeholder Freight")
    coordinator(session, home)
    for name in ("Ana", "Bea"):
        person(session, name, home, mail_refused_at=at(1) if name == "Bea" else None)
    person(session, "Stranger", elsewhere, mail_refused_at=at(1))
    for proved in (True, False):
        waits(session, home, proved=proved)
    with travel(MONDAY, tick=False):
        remind(app)
    message = post.of("robin@sample.example")
    assert message["Subject"] == "2 of 3 people of your company are behind"
    text = message.get_content()
    for sentence in (
        "your company has 3 people in training.", "1 has completed everything.", "2 have something overdue.",
        "- Ana, 3 modules\n", "- Bea, 3 modules\n", "Nothing falls due in the next seven days.",
        "1 person waits for you to decide", "Mail to these people comes back. Check their addresses:\n\n- Bea\n",
        "http://localhost/company/\n",
    ):  # fmt: skip
        assert sentence in text
    assert "Stranger" not in text
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_falls_due_this_week_stands_in_it(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    coordinator(session, home, language="fr")
    person(session, "Ana", home)
    with travel(at(28), tick=False):  # seven days before the due day
        remind(app)
    assert "4 janvier 2027" not in post.of("robin@sample.example").get_content()
    with travel(at(4, 1, 2027), tick=False):
        remind(app)
    text = post.mails[-1].get_content()
    assert post.mails[-1]["To"] == "robin@sample.example"
    assert text.count("4 janvier 2027") == 3


def test_at_most_so_many_are_named(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    coordinator(session, home)
    for number in range(NAMED + 3):
        person(session, f"Late{number:02}", home, mail_reminders=False)
    with travel(MONDAY, tick=False):
        remind(app)
    text = post.of("robin@sample.example").get_content()
    assert text.count("- Late") == NAMED
    assert "- and 3 more people\n" in text


@pytest.mark.parametrize(
    "out",
    [{"disabled_at": at(1)}, {"mail_reminders": False}, {"mail_refused_at": at(1)}],
    ids=["access ended", "off", "comes back"],
)
def test_only_coordinators_who_may_and_want(app: Flask, session: Session, post: Post, out: dict[str, Any]) -> None:
    home = company(session)
    coordinator(session, home, **out)
    complete(session, person(session, "Ana", home), SEALS, WALK, PASSWORDS, at=at(1))
    with travel(MONDAY, tick=False):
        remind(app)
    assert post.mails == []


def test_once_a_week_and_caught_up_until_thursday(app: Flask, session: Session, post: Post) -> None:
    home = company(session)
    coordinator(session, home)
    sent: list[int] = []
    for days in range(-4, 15):
        if days == 0:
            continue  # nobody ran it on that Monday
        with travel(MONDAY + timedelta(days=days), tick=False):
            remind(app)
            remind(app)
            sent += [days] * (len(post.mails) - len(sent))
    assert sent == [-4, 1, 7, 14]
    assert states(session) == {"Robin": ["sent"] * 4}


def test_a_company_without_people_gets_none(app: Flask, session: Session, post: Post) -> None:
    robin = coordinator(session, company(session))
    other = make_organization(session, "Placeholder Freight")
    session.commit()
    post.down()
    with travel(MONDAY, tick=False):
        remind(app)
        with transaction():
            session.get_one(Person, robin.id).organization_id = None
        post.up()
        remind(app)
    assert other.id
    assert post.mails == []
    assert states(session) == {"Robin": ["dropped"]}
