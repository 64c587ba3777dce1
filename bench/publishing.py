"""Publishing the real courses, beside what Python-Markdown alone takes over the same text; and checking a large folder."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

import markdown

from lms.catalog import service as catalog
from lms.catalog import store
from lms.content.folder import read_folder
from lms.core import database
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.factory import create_app
from lms.migrations.commands import upgrade
from lms.settings import ROOT
from tests.databases import SQLiteTemplate

from .figure import Figure, of_middle
from .generator import so_many_modules
from .rounds import Subject, cpu, program_cpu, ratio
from .sites import SECRET, settings_of

ROUNDS = 10
MANY = 500
EDITED = "06-seal-security/seals-that-tell-the-truth.md"


def run() -> Iterator[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="msc-ready-bench-"))
    try:
        yield from _publishing(folder)
        yield from _checking(folder)
    finally:
        shutil.rmtree(folder)


def _publishing(folder: Path) -> Iterator[Figure]:
    """Cold: nothing was published before. Unchanged: the same files again. One changed: another word in one of them."""
    files = read_folder(ROOT / "courses").files
    texts = [data.decode() for path, data in files.items() if path.endswith(".md")]
    file = SQLiteTemplate(folder)
    app = create_app(settings_of(file.url, folder))
    with app.app_context():
        upgrade()
        database.dispose()
        file.keep()

        def cold() -> None:
            db.session.close()
            database.dispose()
            file.reset()
            publish(files)

        edits = (files | {EDITED: files[EDITED] + b"\n" * number} for number in range(1, 1000))
        subjects = {
            "markdown": Subject(lambda: [markdown.markdown(text) for text in texts], 1),
            "cold": Subject(cold, 1),
            "unchanged": Subject(lambda: publish(read_folder(ROOT / "courses").files), 5),
            "one changed": Subject(lambda: publish(next(edits)), 1),
        }
        spent = cpu(subjects, ROUNDS)
        db.session.close()
        database.dispose()
    note = f"{len(texts)} files of Markdown"
    cold_figure = ratio(spent["cold"], spent["markdown"])
    yield of_middle("publishing, cold", cold_figure, "× Python-Markdown", target=1.3, note=note)
    yield of_middle("publishing, unchanged", ratio(spent["unchanged"], spent["cold"]), "× cold", target=0.05, note=note)
    yield of_middle("publishing, one changed", ratio(spent["one changed"], spent["cold"]), "× cold", note=note)


def publish(files: Mapping[str, bytes]) -> None:
    """As `flask publish` does it; the folder builds on what is published."""
    try:
        with transaction():
            newest = store.newest(db.session)
            catalog.publish(
                db.session, files, base=newest.id if newest else None, author="bench", message="The courses", now=now()
            )
    except catalog.NothingNew:
        pass


def _checking(folder: Path) -> Iterator[Figure]:
    courses = folder / "many"
    for path, data in so_many_modules(read_folder(ROOT / "courses").files, MANY).items():
        (courses / path).parent.mkdir(parents=True, exist_ok=True)
        (courses / path).write_bytes(data)
    environment = {"DATABASE_URL": f"sqlite:///{folder / 'none.db'}", "SECRET_KEY": SECRET, "PATH": ""}
    command = [sys.executable, "-m", "flask", "check", str(courses)]
    begun = perf_counter()
    spent = program_cpu(command, cwd=ROOT, env=environment)
    yield Figure("flask check", spent, "s", note=f"{MANY} modules, CPU; {perf_counter() - begun:.1f} s by the clock")
