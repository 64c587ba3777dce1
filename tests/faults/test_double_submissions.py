"""Promise 2: 16 identical submissions at once have one effect, and everybody sees the same page."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bench.faults import WORKERS, accounts
from bench.learner import PASSWORD, Account
from bench.server import serving
from bench.sites import Site
from bench.wire import Answer, Wire, form_to, hidden, words
from lms.accounts.models import Person
from lms.assessment import service as assessment
from lms.assessment.models import Attempt
from lms.catalog.shelf import published
from lms.certificates.models import Certificate
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.demo import right_response
from lms.learning.models import Completion
from lms.schedule.models import ProfileRequirement
from tests.conftest import on_both

pytestmark = pytest.mark.slow

AT_ONCE = 16
ROUNDS = 50
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


@on_both
def test_identical_submissions_at_once_have_one_effect_and_one_answer(site: Site) -> None:
    with site.app.app_context(), transaction():
        attempts = {account: begun(account) for account in accounts(db.session, ROUNDS, now())}
    with serving(site, WORKERS) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        for account, public_id in attempts.items():
            submit_at_once(server.port, pool, account, public_id)
    with site.app.app_context():
        for account, public_id in attempts.items():
            assert effects(account, public_id) == {
                "rows attempt.submitted": 1,
                "rows module.completed": 1,
                "completions": 1,
                "certificates": 1,
            }


def begun(account: Account) -> str:
    """An attempt, all answered right, at a module that is the only one its category asks of the person."""
    only = select(func.min(ProfileRequirement.module)).group_by(ProfileRequirement.category)
    only = only.having(func.count() == 1).order_by(ProfileRequirement.category)
    profile = select(Person.profile_id).where(Person.id == account.id).scalar_subquery()
    key = db.session.scalars(only.where(ProfileRequirement.profile_id == profile)).first()
    shelf = published(db.session)
    assert key
    public_id = assessment.start(
        db.session,
        person_id=account.id,
        organization_id=None,
        module=shelf.library.modules[key],
        published=shelf,
        now=now(),
        rng=random.Random(account.id),
    )
    sheet = assessment.find(db.session, public_id=public_id, person_id=account.id, to="save")
    for number in range(1, len(sheet.paper.drawn) + 1):
        response = right_response(sheet.question(number))
        assessment.save_answer(db.session, sheet, number=number, response=response, now=now())
    return public_id


def submit_at_once(port: int, pool: ThreadPoolExecutor, account: Account, public_id: str) -> None:
    """One session in 16 connections; all of them post the same form at the same moment and look where that leads."""
    overview, together = f"/attempts/{public_id}", Barrier(AT_ONCE)
    with ExitStack() as stack:
        first, *others = (stack.enter_context(closing(Wire(port))) for _ in range(AT_ONCE))
        login = hidden(form_to(first.page("/login"), "/login"))
        assert first.insist("/login", login | {"email": account.email, "password": PASSWORD}).status == 302
        form = hidden(form_to(first.page(overview), "/submit")) | {"acknowledged": "y"}
        for wire in others:
            wire.cookies |= first.cookies
            wire.connect()

        def submit(wire: Wire) -> tuple[Answer, Answer]:
            together.wait(timeout=30)
            answer = wire.insist(f"{overview}/submit", form)
            return answer, wire.insist(answer.path)

        seen = list(pool.map(submit, (first, *others)))
    assert {(answer.status, answer.path) for answer, _ in seen} == {(303, overview)}
    assert {page.status for _, page in seen} == {200}
    assert len({TOKEN.sub("", page.text) for _, page in seen}) == 1
    assert words(seen[0][1].page.find(".//h1")).startswith("You passed")


def effects(account: Account, public_id: str) -> dict[str, int]:
    """How much there is of what one submission does once."""
    attempt = select(Attempt.id).where(Attempt.public_id == public_id).scalar_subquery()
    theirs = AuditEntry.actor_id == account.id
    rows = {
        "rows attempt.submitted": select(AuditEntry.id).where(theirs, AuditEntry.action == "attempt.submitted"),
        "rows module.completed": select(AuditEntry.id).where(theirs, AuditEntry.action == "module.completed"),
        "completions": select(Completion.id).where(Completion.attempt_id == attempt),
        "certificates": select(Certificate.id).where(Certificate.person_id == account.id),
    }
    return {what: len(db.session.scalars(statement).all()) for what, statement in rows.items()}
