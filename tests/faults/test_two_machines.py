"""Two machines of web workers and a worker for jobs on one PostgreSQL: learners are quizzed on both, content is published, a roster
is imported, and processes of all three are killed with -9. Nothing is lost, nothing doubled, both machines say the same."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.faults import storm
from bench.server import Server
from bench.sites import Site
from bench.wire import Wire
from bench.workers import children, working
from lms.accounts.models import Organization, Person
from lms.core.database import db
from lms.core.jobs import Job
from lms.settings import ROOT
from tests.factories.people import make_organization, make_person

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

KILLS = 20
FILE = "06-seal-security/seals-that-tell-the-truth.md"
PAGE = "/courses/seal-security/seals-that-tell-the-truth/print"
SENTENCE = "Two machines show this sentence."
NEWCOMERS = 2000


def flask(site: Site, *arguments: str | Path) -> str:
    """A command on a third machine."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **site.environment()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def publish(site: Site, folder: Path) -> None:
    folder.mkdir()
    flask(site, "pull", folder)
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(text.replace("\n## ", f"\n{SENTENCE}\n\n## ", 1))
    flask(site, "publish", folder, "-m", "A sentence more")


def page_of(server: Server) -> str:
    with closing(Wire(server.port)) as wire:
        return wire.insist(PAGE).text


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_machines_share_one_database(site: Site, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10_000)
    with site.app.app_context():
        company = make_organization(db.session, "Sample Harbor")
        make_person(db.session, "Robin Sample", organization=company)
        number, company_id = company.number, company.id
        db.session.remove()
    roster = tmp_path / "roster.csv"
    lines = (f"Ana Sample {n},newcomer-{n}@crowd.example,driver" for n in range(NEWCOMERS))
    roster.write_text("\n".join(["name,email,functions", *lines]) + "\n")
    served: list[bool] = []

    def beside(servers: Sequence[Server]) -> None:
        publish(site, tmp_path / "courses")
        served.extend(SENTENCE in page_of(server) for server in servers)
        os.kill(random.Random(seed).choice(children(program)[-2:]), signal.SIGKILL)
        flask(site, "roster", roster, "--org", number)

    with working(site, 2) as program:
        found = storm(site, KILLS, seed, machines=2, beside=beside)
    assert found.findings.all == [], f"seed {seed}"
    assert [*found.fsck, *found.log] == [], f"seed {seed}"
    assert found.errors == 0, found.met
    assert min(found.answers, found.submissions) > 0
    assert served == [True, True]
    with site.app.app_context():
        theirs = select(func.count(Person.id)).where(Person.organization_id == company_id)
        assert db.session.scalar(theirs) == NEWCOMERS + 1
        assert db.session.scalar(select(func.count()).where(Job.state == "failed")) == 0
        assert db.session.get_one(Organization, company_id).number == number
