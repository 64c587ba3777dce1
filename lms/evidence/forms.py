"""For which period, in which language and on which paper a packet is to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lms.certificates.designs import PAPERS, Paper
from lms.certificates.designs import known as known_paper
from lms.core.language import Language, _, known
from lms.web.form import Errors, text

from .rules import Period, last_months


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says. `since` and `until` are as typed; `period` is None where they are no period."""

    since: str
    until: str
    period: Period | None
    language: Language
    paper: Paper


def wanted(form: Mapping[str, str], language: Language, today: date) -> tuple[Wanted, Errors]:
    """An empty form means the last twelve months. What is not offered counts as not chosen: then it is the reader's language,
    on Letter."""
    offered, errors = last_months(today), Errors()
    since = text(form, "since") or offered.since.isoformat()
    until = text(form, "until") or offered.until.isoformat()
    first, last = _day(since, "since", errors), _day(until, "until", errors)
    if last is not None and last > today:
        errors.add("until", _("The last day cannot lie ahead: today is the latest."))
    if first is not None and last is not None and first > last:
        errors.add("since", _("The first day must not lie after the last one."))
    period = Period(first, last) if first and last and not errors else None
    edition = known(text(form, "language")) or language, known_paper(text(form, "paper")) or PAPERS[0]
    return Wanted(since, until, period, *edition), errors


def _day(typed: str, field: str, errors: Errors) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        errors.add(field, _("Type a day like 2026-11-24: year, month, day."))
        return None
    if not 2000 <= day.year <= 9000:
        errors.add(field, _("Type a day like 2026-11-24: year, month, day."))
        return None
    return day
