"""Workers killed with -9 in the middle of a bundle: it is finished after the restart, and nothing in it is drawn twice."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bench.sites import Site
from bench.workers import children, issue, kill, working
from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.bundles import rules, service
from lms.bundles.models import Bundle
from lms.certificates.models import CertificateDocument
from lms.certificates.register import Wanted
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.jobs import LOST_AFTER, Job
from tests.conftest import on_both
from tests.factories.people import make_person

pytestmark = pytest.mark.slow

MANY = 3 * rules.CHUNK
DEADLINE = 180.0  # seconds


def until(session: Session, holds: Callable[[], bool]) -> None:
    """Look at the rows until it holds; fails at the deadline."""
    given_up = time.monotonic() + DEADLINE
    while True:
        session.rollback()
        session.expire_all()
        if holds():
            return
        assert time.monotonic() < given_up, "nothing came of it"
        time.sleep(0.05)  # between two looks at the rows, whatever their number


def drawn(session: Session) -> dict[int, tuple[str, object]]:
    rows = select(CertificateDocument.certificate_id, CertificateDocument.digest, CertificateDocument.drawn_at)
    return {certificate: (digest, moment) for certificate, digest, moment in session.execute(rows)}


def asked(session: Session, staff: Person) -> Bundle:
    with transaction():
        moment = now()
        return service.ask(
            session, Wanted(standing="valid"), organization_id=None, by_id=staff.id, language="en", paper="letter",
            today=program_day(moment), now=moment,
        )  # fmt: skip


@on_both
def test_a_bundle_survives_the_death_of_its_workers(site: Site) -> None:
    with site.app.app_context():
        session = db.session
        staff = make_person(session, "Staff", role=Role.STAFF)
        with transaction():
            issue(session, session.get_one(Person, staff.id), MANY, since=0, now=now())
        bundle = asked(session, staff)

        def count() -> int:
            return session.scalar(select(func.count()).select_from(CertificateDocument)) or 0

        with working(site, 2) as program:
            until(session, lambda: count() >= 10)
            for child in children(program)[-2:]:  # the workers were started last
                os.kill(child, signal.SIGKILL)
            seen = count()
            until(session, lambda: count() > seen)  # others were started in their place
            kill(program)
        session.rollback()
        before = drawn(session)
        assert 0 < len(before) < MANY
        silent = select(func.count()).where(Job.state == "running").scalar_subquery()
        assert session.scalar(select(silent)), "no job was hit"
        with transaction():  # a minute passes
            session.execute(
                update(Job).where(Job.state == "running").values(heartbeat_at=now() - LOST_AFTER - timedelta(seconds=1))
            )
        with working(site, 2):
            until(session, lambda: service.progress(session, bundle).complete)
            until(session, lambda: not session.scalar(select(func.count()).where(Job.state != "done")))
        after = drawn(session)
        assert len(after) == MANY
        assert {number: after[number] for number in before} == before, "what was drawn stays as it was"
        assert len(list(service.documents(session, bundle))) == MANY
