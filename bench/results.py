"""The table of figures, printed and kept in RESULTS.md, with what it was measured on."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from lms.core.clock import now, program_day
from tests.databases import postgresql_programs

from .figure import Figure, columns

FILE = Path(__file__).parent / "RESULTS.md"
HEAD = ("what", "measured", "middle half", "target", "reach", "", "note")
LIBRARIES = ("Flask", "Werkzeug", "Jinja2", "SQLAlchemy", "psycopg", "Markdown", "weasyprint", "gunicorn")
PREFACE = """# Results

Written by `make bench` on {day}. Lower is better where there is a target. *target* is the design's aim, *reach* what this version
must keep; a figure above its reach is MISSED. Ratios were taken in one run, in paired rounds; the middle half says between which
values half of the rounds lie. Times by the clock depend on whatever else the machine does. README.md says how each is measured.

{machine}
"""


def line(figure: Figure) -> str:
    """One figure for the terminal."""
    what, measured, spread, target, reach, verdict, note = columns(figure)
    return f"{what:<58}{measured:>24}  {spread:<18}{target:>8}{reach:>8}  {verdict:<13}{note}".rstrip()


def write(parts: Iterable[tuple[str, Sequence[Figure]]]) -> None:
    text = PREFACE.format(day=program_day(now()).isoformat(), machine=machine())
    for name, figures in parts:
        rows = (HEAD, ("---",) * len(HEAD), *map(columns, figures))
        text += f"\n## {name}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
    FILE.write_text(text, encoding="utf-8")


def machine() -> str:
    """Python, cores and versions; nothing that names the machine."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{system}, SQLite {sqlite3.sqlite_version}, {_postgresql()}; {libraries}."


def _postgresql() -> str:
    programs = postgresql_programs()
    if programs is None:
        return "no PostgreSQL (its half was NOT RUN)"
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return f"PostgreSQL {said.split()[2]}"
