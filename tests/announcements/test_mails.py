"""The mails of an announcement: one to each person who wants mail, in the person's language."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.announcements import service
from lms.announcements.rules import Audience, Words
from lms.announcements.service import Written
from lms.core import jobs, working
from lms.core.clock import now, program_day
from lms.core.jobs import Job
from lms.notices import running
from lms.notices.models import Letter
from tests.conftest import on_both
from tests.notices.conftest import Post, post  # noqa: F401 - a fixture

from .world import World, world

ENGLISH = Words("Dates moved", "Phase 2 begins **later**.", "<p>Phase 2 begins <strong>later</strong>.</p>", "en")
SPANISH = {"title": "Fechas nuevas", "body": "La fase 2 empieza después.", "html": "<p>La fase 2 empieza después.</p>"}


def published(session: Session, people: World) -> str:
    written = Written(ENGLISH, {"es": SPANISH}, Audience(), mailed=True, shown_until=program_day(now()))
    public_id = service.save(session, None, written, by_id=people.staff.id, now=now()).public_id
    service.publish(session, public_id, actor_id=people.staff.id, now=now())
    session.commit()
    return public_id


def work(session: Session) -> None:
    """Do the jobs that wait."""
    for job_id in session.scalars(select(Job.id).where(Job.state == "queued", Job.kind == service.MAIL)).all():
        assert working.run(job_id)
    session.rollback()


@on_both
def test_everybody_gets_one_mail_in_the_own_language(session: Session, post: Post) -> None:  # noqa: F811
    people = world(session)
    session.get_one(Person, people.importer.id).mail_reminders = False
    session.commit()
    published(session, people)
    work(session)
    assert running.send(lambda: None)["sent"] == 2
    assert post.to == ["driver@sample.example", "robin@sample.example"]
    assert post.of("driver@sample.example")["Subject"] == "Fechas nuevas"
    assert "La fase 2 empieza después." in post.of("driver@sample.example").get_content()
    assert "/announcements/" in post.of("robin@sample.example").get_content()
    session.query(Job).filter(Job.kind == service.MAIL).update({"state": "queued", "tries": 0, "heartbeat_at": None})
    session.commit()
    work(session)
    assert running.send(lambda: None)["sent"] == 0, "the job may run twice, nobody gets two"


def test_what_is_withdrawn_is_not_sent(session: Session, post: Post) -> None:  # noqa: F811
    people = world(session)
    public_id = published(session, people)
    work(session)
    service.withdraw(session, public_id, actor_id=people.staff.id, now=now())
    session.commit()
    running.send(lambda: None)
    assert post.to == []
    assert set(session.scalars(select(Letter.state))) == {"dropped"}


def test_publishing_asks_for_the_sending(session: Session) -> None:
    people = world(session)
    published(session, people)
    work(session)
    assert session.scalar(select(Job.state).where(Job.key == running.SEND)) == "queued"
    assert jobs.due("queued", 0, None, now())
