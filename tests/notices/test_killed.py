"""A worker that is killed with -9 the moment the mail server has taken a letter."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.core.clock import now, program_day
from lms.core.database import transaction
from lms.notices import rules
from lms.notices.models import Letter
from lms.settings import ROOT, Settings
from tests.conftest import on_both

from .conftest import Post
from .world import company, person, remind, states


def begun(app: Flask, post: Post, folder: Path) -> subprocess.Popen[bytes]:
    """flask remind, as a program of its own."""
    settings: Settings = app.extensions["settings"]
    environ = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "MAIL_URL": f"smtp://127.0.0.1:{post.port}",
        "SIGNING_KEY_FILE": str(settings.signing_key_file),
    }
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "remind"]
    return subprocess.Popen(command, env=environ, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@on_both
def test_nobody_gets_a_letter_twice(app: Flask, session: Session, post: Post, tmp_path: Path) -> None:
    today = program_day(now())
    home = company(session, first=today + timedelta(days=7))
    for name in ("Ana", "Bea"):
        person(session, name, home)
    session.rollback()
    with begun(app, post, tmp_path) as program:
        post.on_mail = lambda: os.kill(program.pid, signal.SIGKILL)
        program.communicate(timeout=60)
    assert program.returncode == -signal.SIGKILL
    assert len(post.mails) == 1
    assert states(session) == {"Ana": ["sending"], "Bea": ["waiting"]}
    post.on_mail = lambda: None
    assert remind(app).output == "1 letter sent, 0 refused, 0 not needed any more.\n"
    with transaction():  # an hour passes
        session.execute(
            update(Letter)
            .where(Letter.state == "sending")
            .values(taken_at=now() - rules.LOST_AFTER - rules.TRIED_EVERY)
        )
    remind(app)
    assert post.to == ["ana@sample.example", "bea@sample.example"]
    assert states(session) == {"Ana": ["dropped"], "Bea": ["sent"]}
