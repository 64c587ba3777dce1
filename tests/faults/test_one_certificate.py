"""Promise 3: exactly one certificate under 32 parallel requests, none without a pass, and one document whatever dies between."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from io import BytesIO
from threading import Barrier

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from bench.faults import WORKERS, accounts
from bench.learner import PASSWORD, Account
from bench.server import serving
from bench.sites import Site
from bench.wire import Wire, form_to, hidden
from lms.assessment import service as assessment
from lms.certificates.models import Certificate, CertificateCredential, CertificateDocument
from lms.certificates.numbers import numbers_in
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.demo import wrong_response
from lms.learning.models import Completion
from lms.settings import ROOT
from tests.conftest import on_both

from .test_double_submissions import begun

pytestmark = pytest.mark.slow

AT_ONCE = 32
# A worker that serves two requests and dies in the second, after the commit and before the PDF is drawn.
DYING = """
import os, re, sys
from app import app
from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person
from lms.certificates import drawing
from lms.certificates.models import Certificate
from lms.core.database import db
from sqlalchemy import select

drawing.draw = lambda *args, **kwargs: os._exit(9)
person_id, attempt = int(sys.argv[1]), sys.argv[2]
with app.app_context():
    user = as_signed_in(db.session.get_one(Person, person_id)).get_id()
client = app.test_client()
with client.session_transaction() as session:
    session["_user_id"], session["_fresh"] = user, True
page = client.get(f"/attempts/{attempt}").get_data(as_text=True)
token = re.search('name="csrf_token" value="([^"]+)"', page)[1]
answer = client.post(f"/attempts/{attempt}/submit", data={"csrf_token": token, "acknowledged": "y"})
assert answer.status_code == 303, answer.status_code
with app.app_context():
    number = db.session.scalars(select(Certificate.number).where(Certificate.person_id == person_id)).one()
client.get(f"/certificates/{number}.pdf")
"""


@on_both
def test_32_parallel_requests_that_complete_a_course_give_one_certificate(site: Site) -> None:
    with site.app.app_context(), transaction():
        right, wrong = accounts(db.session, 2, now())
        passing, failing = begun(right), begun(wrong)
        answer_wrong(wrong, failing)
    with serving(site, WORKERS) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        for account, public_id in ((right, passing), (wrong, failing)):
            submit_at_once(server.port, pool, account, public_id)
    with site.app.app_context():
        (number,) = numbers_of(right)
        assert len(number) == 13
        assert numbers_of(wrong) == []
        assert db.session.scalars(select(Completion.id).where(Completion.person_id == wrong.id)).all() == []


@on_both
def test_32_first_downloads_at_once_give_one_document(site: Site) -> None:
    """C5: what everybody got is the one that is stored."""
    with site.app.app_context(), transaction():
        (account,) = accounts(db.session, 1, now())
        public_id = begun(account)
    with serving(site, WORKERS) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        cookies = submit_at_once(server.port, pool, account, public_id, at_once=1)
        with site.app.app_context():
            (number,) = numbers_of(account)
        together = Barrier(AT_ONCE)

        def fetch(_: int) -> bytes:
            together.wait(timeout=30)
            return download(server.port, cookies, number)

        got = set(pool.map(fetch, range(AT_ONCE)))
    with site.app.app_context():
        assert got == set(documents_of(account))
        assert len(got) == 1


@on_both
def test_a_worker_killed_between_record_and_document_loses_neither(site: Site) -> None:
    with site.app.app_context(), transaction():
        (account,) = accounts(db.session, 1, now())
        public_id = begun(account)
    command = [sys.executable, "-c", DYING, str(account.id), public_id]
    died = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **site.environment()},
        check=False,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert died.returncode == 9, died.stderr
    with site.app.app_context():
        (number,) = numbers_of(account)
        sealed = db.session.scalars(select(CertificateCredential.jwt)).one()
        assert documents_of(account) == []
    with serving(site, WORKERS) as server:
        cookies = signed_in(server.port, account)
        first, again = (download(server.port, cookies, number) for _ in range(2))
    with site.app.app_context():
        assert numbers_of(account) == [number]
        assert documents_of(account) == [first] == [again]
        assert db.session.scalars(select(CertificateCredential.jwt)).one() == sealed
    assert number in numbers_in(PdfReader(BytesIO(first)).pages[0].extract_text())


def answer_wrong(account: Account, public_id: str) -> None:
    sheet = assessment.find(db.session, public_id=public_id, person_id=account.id, to="save")
    for number in range(1, len(sheet.paper.drawn) + 1):
        response = wrong_response(sheet.question(number))
        assessment.save_answer(db.session, sheet, number=number, response=response, now=now())


def signed_in(port: int, account: Account) -> dict[str, str]:
    """The cookies of a session."""
    with closing(Wire(port)) as wire:
        login = hidden(form_to(wire.page("/login"), "/login"))
        assert wire.insist("/login", login | {"email": account.email, "password": PASSWORD}).status == 302
        return dict(wire.cookies)


def submit_at_once(
    port: int, pool: ThreadPoolExecutor, account: Account, public_id: str, *, at_once: int = AT_ONCE
) -> dict[str, str]:
    """One session in many connections, which post the same form at the same moment. Its cookies."""
    overview, together = f"/attempts/{public_id}", Barrier(at_once)
    cookies = signed_in(port, account)
    with ExitStack() as stack:
        first, *others = (stack.enter_context(closing(Wire(port))) for _ in range(at_once))
        first.cookies |= cookies
        form = hidden(form_to(first.page(overview), "/submit")) | {"acknowledged": "y"}
        for wire in others:
            wire.cookies |= first.cookies
            wire.connect()

        def submit(wire: Wire) -> int:
            together.wait(timeout=30)
            return wire.insist(f"{overview}/submit", form).status

        assert set(pool.map(submit, (first, *others))) == {303}
        return dict(first.cookies)


def download(port: int, cookies: dict[str, str], number: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    with closing(connection):
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        connection.request("GET", f"/certificates/{number}.pdf", headers={"Cookie": sent})
        answer = connection.getresponse()
        data = answer.read()
    assert (answer.status, re.match(rb"%PDF-", data) is not None) == (200, True), data[:500]
    return data


def numbers_of(account: Account) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Certificate.number).where(Certificate.person_id == account.id)))


def documents_of(account: Account) -> list[bytes]:
    db.session.rollback()
    theirs = select(CertificateDocument.pdf).join(Certificate, Certificate.id == CertificateDocument.certificate_id)
    return list(db.session.scalars(theirs.where(Certificate.person_id == account.id)))
