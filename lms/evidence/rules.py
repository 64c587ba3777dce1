"""What an evidence packet decides: its period, what was done while with the company, what stands, what its files are called. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.core.clock import day_begins, months_later

MONTHS = 12  # the period that is offered first: the last so many months
AT_ONCE_PEOPLE = 50  # a packet of so many people is made while the page waits
AT_ONCE_DRAWINGS = 20  # ... when no more certificates are still to be drawn
MOST_RECORDS = 2_000  # completions that the PDF lists one by one; the workbook always lists all
MOST_CERTIFICATES = 50_000  # below what a ZIP file without its large extensions can hold
CRITERIA = tuple(f"12.{number}" for number in range(1, 11))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in America/New_York, both included."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def begins(self) -> datetime:
        return day_begins(self.since)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return day_begins(self.until + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Stay:
    """A time with a company: first and last day, None while it goes on."""

    began: date
    ended: date | None

    def holds(self, day: date) -> bool:
        return self.began <= day and (self.ended is None or day <= self.ended)

    def meets(self, period: Period) -> bool:
        return self.began <= period.until and (self.ended is None or self.ended >= period.since)


def last_months(today: date) -> Period:
    """The period offered first: it ends today."""
    return Period(months_later(today, -MONTHS) + timedelta(days=1), today)


def was_here(day: date, here: Iterable[Stay], elsewhere: Iterable[Stay]) -> bool:
    """Whether what somebody did on a day was done with the company. The day of a move counts for neither company:
    what is not certainly ours is not shown (U4)."""
    return any(stay.holds(day) for stay in here) and not any(stay.holds(day) for stay in elsewhere)


def stands(revision: int, valid_until: date | None, changes: Collection[int], day: date) -> bool:
    """Whether a completion counts on a day: it is valid, and the module had no substantive change that it does not have.

    `changes` are the revisions of those published by then.
    """
    return (valid_until is None or day <= valid_until) and not any(change > revision for change in changes)


def at_once(people: int, drawings: int) -> bool:
    """Whether the page may wait for a packet of so many people, with so many certificates still to be drawn."""
    return people <= AT_ONCE_PEOPLE and drawings <= AT_ONCE_DRAWINGS


def may_open(*, sees_program: bool, runs_company: bool, same_company: bool) -> bool:
    """Who may open a packet: staff, and every coordinator of that very company."""
    return sees_program or (runs_company and same_company)


def key(packet_id: int) -> str:
    """What names the job that makes a packet."""
    return f"evidence:{packet_id}"


def text_name(path: str, language: str, revision: int) -> str:
    """modules/06-seal-security/seals.en.r12.md: the text of a module as revision 12 had it."""
    stem = path.removesuffix(".md").removesuffix(f".{language}")
    return f"modules/{stem}.{language}.r{revision}.md"


def without_quiz(source: str, quizzes: Sequence[int], sections: Sequence[int], note: str) -> str:
    """A module's Markdown with each quiz replaced by a note, so that no right answer leaves the site. All else is as it was.

    `quizzes` and `sections` are the lines, from 1, of the headings of quizzes and of everything else of level 2.
    """
    lines = source.splitlines(keepends=True)
    for begin in sorted(quizzes, reverse=True):
        end = min((line for line in (*sections, *quizzes) if line > begin), default=len(lines) + 1)
        lines[begin - 1 : end - 1] = [note + "\n"]
    return "".join(lines)


def zip_name(number: str, period: Period) -> str:
    """evidence-demo-0001-2025-11-25-2026-11-24.zip."""
    slug = re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")
    return f"evidence-{slug}-{period.since}-{period.until}.zip"
