"""The PDF of a packet: facts and their sums in, bytes out. Drawn with the fonts and the fetcher of the certificates."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median_low
from typing import Any

from flask import current_app

from lms.accounts.permissions import ROLE_NAMES
from lms.certificates import reports
from lms.certificates.designs import Paper
from lms.content.library import Library
from lms.core.language import current_language, to_translate

from .facts import Facts, Refresher
from .rules import MOST_RECORDS
from .summary import Summary
from .workbook import named, title_of

STYLE = Path(__file__).resolve().parents[2] / "templates" / "evidence" / "document.css"
SIZES: dict[Paper, str] = {"letter": "letter", "a4": "A4"}

# What this site cannot show of a criterion, and the company has to.
OWN = {
    "12.1": to_translate(
        "The written training program and its owner, training given outside of this site, and what sensitive positions are taught besides."
    ),
    "12.2": to_translate(
        "Inspections practiced under supervision, and refreshers after an incident or a breach: this site does not learn of incidents."
    ),
    "12.4": to_translate("Drills, simulations and audits of procedures: this site verifies by quizzes alone."),
    "12.5": to_translate("Letters, meetings and notes by which importers were told of the program."),
    "12.6": to_translate("Which of its people may come to see the signs, and training on them that was given elsewhere."),
    "12.7": to_translate("What is done at its own sites against pests, and its orders and checks of wood packaging."),
    "12.8": to_translate(
        "Training in the text of its own cybersecurity policies: the modules teach what the criteria ask, not the company's own rules."
    ),
    "12.9": to_translate("Training on the very systems it uses, or proof of the operators' experience with them."),
    "12.10": to_translate("Its own reporting procedure with names and telephone numbers, and that every shift knows them."),
}  # fmt: skip


def draw(facts: Facts, summary: Summary, library: Library, *, paper: Paper, beat: Callable[[], None]) -> bytes:
    """The PDF in the language in force, PDF/UA-1. The same values give the same bytes with the same libraries and fonts.

    `beat` is called between pages. Raises CannotDraw.
    """
    template = current_app.jinja_env.get_template("evidence/document.html")
    html = template.render(**_values(facts, summary, library))
    with _told(beat):
        size = f"@page {{ size: {SIZES[paper]} }}"
        return reports.draw(html, STYLE.read_text(encoding="utf-8"), size, made=facts.as_of)


def _values(facts: Facts, summary: Summary, library: Library) -> dict[str, Any]:
    done = facts.new_done
    waits = sorted(max((j.first - j.member.began).days, 0) for j in summary.joined if j.first and j.member.began)
    return {
        "facts": facts,
        "summary": summary,
        "framework": library.framework,
        "language": current_language(),
        "done": done,
        "records": done if len(done) <= MOST_RECORDS else (),
        "months": sorted(Counter(d.day.replace(day=1) for d in done).items()),
        "names": facts.names,
        "titles": {key: title_of(library, key) for key in _keys(facts)},
        "wait": median_low(waits) if waits else None,
        "waited": len(waits),
        "again": _again(summary.refreshers),
        "changes": [c for c in facts.changes if facts.period.holds(c.day) and c.module in summary.modules],
        "own": OWN,
        "entities": named(library.framework.entities, facts.company.entities),
        "functions": partial(named, library.framework.functions),
        "role_names": ROLE_NAMES,
        "has_numbers": any(member.employee_number for member in facts.members),
        "has_sites": any(member.site for member in facts.members),
        "left": sum(line.member.gone for line in summary.roster),
        "filed": len(facts.filed),
    }


def _keys(facts: Facts) -> set[str]:
    return (
        {d.module for d in facts.done}
        | {n.module for n in facts.needs}
        | {e.module for e in facts.exemptions}
        | {c.module for c in facts.changes}
    )


def _again(refreshers: tuple[Refresher, ...]) -> list[tuple[str, str, int, date, date, int]]:
    """By module and reason: how many people, first and last day, how many learned it once more."""
    groups: dict[tuple[str, str], list[Refresher]] = {}
    for one in refreshers:
        groups.setdefault((one.module, one.because), []).append(one)
    return [
        (module, because, len(them), them[0].day, them[-1].day, sum(r.done is not None for r in them))
        for (module, because), them in sorted(groups.items())
    ]


@contextmanager
def _told(beat: Callable[[], None]) -> Iterator[None]:
    """Whatever WeasyPrint tells of its progress is a heartbeat: a long document takes a minute or more."""

    class Pulse(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            beat()
            return True

    logger, pulse = logging.getLogger("weasyprint.progress"), Pulse()
    before = logger.level, logger.propagate
    logger.addHandler(pulse)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(pulse)
        logger.setLevel(before[0])
        logger.propagate = before[1]
