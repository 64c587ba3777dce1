"""Whether the site can do its work: one list of checks behind /readyz, flask doctor and the start of the server."""

import ctypes.util
import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.guards import public
from lms.accounts.models import Person
from lms.catalog.models import Revision
from lms.core import jobs
from lms.core.clock import now
from lms.core.database import db
from lms.migrations.commands import is_current
from lms.notices import switches
from lms.settings import Settings
from lms.signing import keys
from lms.signing.rules import KeysError
from lms.web.dates import plural

VENDORED = ("css/uswds.min.css", "js/uswds.min.js", "img/sprite.svg", "fonts/public-sans/PublicSans-Regular.ttf")
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
# A language of each script, as fontconfig writes it, and the package whose fonts hold it.
SCRIPTS = {
    "ar": "fonts-noto-core",
    "he": "fonts-noto-core",
    "ja": "fonts-noto-cjk",
    "ko": "fonts-noto-cjk",
    "zh-cn": "fonts-noto-cjk",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is "" when all is well, else a sentence that says what to do. `needed`: without it no page can be served."""

    name: str
    advice: str
    needed: bool

    @property
    def fine(self) -> bool:
        return not self.advice


def findings(app: Flask) -> list[Finding]:
    """Every check, in the order in which things build on each other."""
    return [*_needed(app), *(Finding(name, check(app), needed=False) for name, check in USEFUL)]


def _needed(app: Flask) -> list[Finding]:
    """Without these no page can be served. The first that fails hides those that build on it."""
    found: list[Finding] = []
    for name, check in (("database and schema", _schema), ("published content", _content)):
        try:
            advice = check(app) if all(f.fine for f in found) else "Mend the above first."
        except SQLAlchemyError as error:
            advice = (
                f"The database cannot be used ({type(error).__name__}). Check DATABASE_URL and that the server runs."
            )
        found.append(Finding(name, advice, needed=True))
    return found


def _schema(_app: Flask) -> str:
    current = is_current(db.session.connection())
    return "" if current else "The tables are not those of this version. Run flask db upgrade."


def _content(_app: Flask) -> str:
    return (
        ""
        if db.session.scalar(select(func.max(Revision.id)))
        else "Nothing is published. Run flask publish courses -m TEXT."
    )


def _vendored(app: Flask) -> str:
    folder = Path(app.static_folder or "", "vendor", "uswds")
    missing = [path for path in VENDORED if not (folder / path).is_file()]
    return f"static/vendor lacks {missing[0]}. Run make vendor; it needs npm." if missing else ""


def _libraries(_app: Flask) -> str:
    missing = [package for name, package in LIBRARIES.items() if ctypes.util.find_library(name) is None]
    return f"Certificates cannot be drawn. Install {' '.join(missing)} (apt-get install)." if missing else ""


def _fonts(_app: Flask) -> str:
    """A name in a script that no font holds could not be printed, see promise 20."""
    program = shutil.which("fc-list")
    if program is None:
        return "The fonts of this machine cannot be listed. Install fontconfig (apt-get install)."
    command = [program, "--format", "%{lang}|"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stdout  # noqa: S603
    missing = sorted({package for tag, package in SCRIPTS.items() if tag not in set(re.split(r"[|,]", listed))})
    return f"Some names cannot be printed. Install {' '.join(missing)} (apt-get install)." if missing else ""


def _mail(app: Flask) -> str:
    folder = app.config.get("MAIL_FILE_PATH")
    return f"{folder} cannot be written. Set MAIL_URL." if folder and not os.access(folder, os.W_OK) else ""


def _signing_keys(app: Flask) -> str:
    settings: Settings = app.extensions["settings"]
    path = settings.signing_key_file
    try:
        keys.load(path)
    except keys.NoKeys:
        return "Certificates cannot be signed. Run flask keys new."
    except KeysError as error:
        return str(error)
    return f"Others can read {path}. Type chmod 600 {path}." if keys.open_to_others(path) else ""


def _worker(_app: Flask) -> str:
    try:
        if not jobs.neglected(db.session, now()):
            return ""
    except SQLAlchemyError:
        return "Mend the database first."
    return "Jobs wait and no worker takes them. Run flask work beside the server; see docs/operators.md."


def _letters(_app: Flask) -> str:
    try:
        late, lost = switches.trouble(db.session, now=now())
    except SQLAlchemyError:
        return "Mend the database first."
    if late:
        return f"{plural(late, 'letter')} to people wait for more than a day. Check MAIL_URL and that flask work runs."
    if lost:
        return f"{plural(lost, 'letter')} may not have gone out: a worker was ended while it sent. Run flask remind."
    return ""


USEFUL: tuple[tuple[str, Callable[[Flask], str]], ...] = (
    ("design system", _vendored),
    ("certificate libraries", _libraries),
    ("fonts for names", _fonts),
    ("signing keys", _signing_keys),
    ("mail folder", _mail),
    ("job worker", _worker),
    ("letters", _letters),
)


def why_not_serve(app: Flask, bind: str) -> list[str]:
    """Reasons to refuse to listen, as sentences: an unready database, a named key file that is not there, or demo accounts
    on an address that others can reach."""
    reasons = [f.advice for f in _needed(app) if not f.fine][:1]
    settings: Settings = app.extensions["settings"]
    if app.debug:
        reasons.append("FLASK_DEBUG is set, and errors would show the code. Unset it.")
    if settings.names_key_file and not settings.signing_key_file.exists():
        reasons.append(f"SIGNING_KEY_FILE names {settings.signing_key_file}, which is not there. Run flask keys new.")
    exposed = not _loopback(bind) or settings.secure
    if not reasons and exposed and db.session.scalar(select(func.count(Person.id)).where(Person.demo.is_(True))):
        reasons.append(
            f"The database holds demo accounts with a known password, so it may not be served at {bind}. Use another database."
        )
    return reasons


def _loopback(bind: str) -> bool:
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or bind.startswith("unix:") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def init(app: Flask) -> None:
    """/healthz: the process answers. /readyz: it can serve."""

    @app.get("/healthz")
    @public
    def healthz() -> ResponseReturnValue:
        return jsonify(status="alive")

    @app.get("/readyz")
    @public
    def readyz() -> ResponseReturnValue:
        lacking = [f.advice for f in _needed(app) if not f.fine][:1]
        return (jsonify(status="not ready", reasons=lacking), 503) if lacking else jsonify(status="ready")
