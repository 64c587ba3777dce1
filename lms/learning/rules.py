"""How far somebody is with a module, what comes next, and when a module or a category is complete. Pure."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from lms.content.course import Module, Section
from lms.content.framework import Program
from lms.core.clock import months_later
from lms.core.language import _, ngettext

RibState = Literal["done", "half", ""]

# Of a module's stated minutes, the share its quiz takes; the rest is spread over the sections by their words.
QUIZ_SHARE = 0.3
SOON = 14
# The criterion that asks for training every year, whatever the program's validity is.
YEARLY, YEAR = "12.6", 12

Again = Literal["change", "expiry"]


@dataclass(frozen=True, slots=True)
class Change:
    """A substantive change of a module: the day it was published, its author's reason, the anchors that changed."""

    day: date
    reason: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with one module that is theirs. `opened` are anchors of sections, `due_on` the person's own day.

    `attempt` is the public id of the open attempt, "" for none. `functions` and `criteria` are the reason. `valid_until` is
    that of the last completion, of `trained_on`. Where the module is due once more, `again` says why, `changes` are those
    since that completion, and `passed` is about the next one; `completed_at` is there while the last one still stands.
    """

    module: str
    category: int
    phase: int
    due_on: date
    functions: tuple[str, ...]
    criteria: tuple[str, ...]
    opened: frozenset[str] = frozenset()
    attempt: str = ""
    passed: bool = False
    started: bool = False
    completed_at: datetime | None = None
    valid_until: date | None = None
    again: Again | None = None
    trained_on: date | None = None
    changes: tuple[Change, ...] = ()

    @property
    def done(self) -> bool:
        """Complete, and nothing to do: no refresher is due yet."""
        return self.completed_at is not None and self.again is None


def face(standing: Standing) -> tuple[Hashable, ...]:
    """All that a row, a bar or an outline shows of a standing: people with the same face get the same words.

    Days rather than moments, and whether an attempt is open rather than which, or everybody would be one of a kind.
    """
    day = standing.completed_at.date() if standing.completed_at else None
    return (
        standing.module,
        standing.phase,
        standing.due_on,
        standing.functions,
        standing.criteria,
        standing.opened,
        bool(standing.attempt),
        standing.passed,
        day,
        standing.valid_until,
        standing.again,
        standing.trained_on,
        standing.changes,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next in a module: the words of the button and where it leads."""

    words: str
    address: str


def section_opened(section: Section, opened: Collection[str]) -> bool:
    return section.anchor in opened


def all_opened(module: Module, opened: Collection[str]) -> bool:
    return all(section_opened(s, opened) for s in module.sections)


def first_unread(module: Module, opened: Collection[str]) -> Section | None:
    return next((s for s in module.sections if not section_opened(s, opened)), None)


def rib_states(module: Module, opened: Collection[str], current: str = "") -> tuple[RibState, ...]:
    """One state a section: read, the one being read, not read. `current` is the section on the page."""
    return tuple("half" if s.anchor == current else "done" if s.anchor in opened else "" for s in module.sections)


def minutes_left(module: Module, opened: Collection[str], *, passed: bool) -> int:
    """Whole minutes of reading and quiz still ahead, at least 1 while anything is left."""
    words = sum(s.words for s in module.sections) or 1
    unread = sum(s.words for s in module.sections if s.anchor not in opened)
    share = (1 - QUIZ_SHARE) * unread / words + (0 if passed else QUIZ_SHARE)
    return max(1, round(module.minutes * share)) if share else 0


def how_far(module: Module, standing: Standing) -> str:
    """The ribs in words."""
    total, read = len(module.sections), sum(s.anchor in standing.opened for s in module.sections)
    if standing.done:
        return _("Complete")
    left = minutes_left(module, standing.opened, passed=standing.passed)
    if standing.passed:
        return _("Quiz passed, %(left)s of %(total)s sections to open", left=total - read, total=total)
    if standing.attempt:
        return _("Quiz begun, %(read)s of %(total)s sections read", read=read, total=total)
    if standing.again:
        return _once_more(total - read)
    if read == total:
        return _("All %(total)s read, quiz open", total=total)
    if read:
        return _("%(read)s of %(total)s sections read, about %(left)s minutes left", read=read, total=total, left=left)
    return _("Not begun, %(minutes)s minutes", minutes=module.minutes)


def _once_more(unread: int) -> str:
    if unread:
        return ngettext(
            "Due once more: %(num)s section to open, then the quiz",
            "Due once more: %(num)s sections to open, then the quiz",
            unread,
        )
    return _("Due once more: the quiz")


def next_step(module: Module, standing: Standing) -> Step:
    """One button: go on with the quiz that is open, else with the first unread section, else to the quiz."""
    base = f"/courses/{module.key}/"
    if standing.done:
        return Step(_("Read again"), base)
    if standing.attempt:
        return Step(_("Continue the quiz"), f"{base}quiz")
    unread = first_unread(module, standing.opened)
    if unread is None:
        return Step(_("Take the quiz"), f"{base}quiz")
    number = module.sections.index(unread) + 1
    if standing.again:
        return Step(_("Read section %(number)s", number=number), f"{base}{unread.anchor}/")
    if not standing.opened and not standing.passed:
        return Step(_("Start"), f"{base}{unread.anchor}/")
    return Step(_("Continue with section %(number)s", number=number), f"{base}{unread.anchor}/")


def due_order(standings: Iterable[Standing]) -> list[Standing]:
    """Soonest due first; of the same day, those begun first."""
    return sorted(standings, key=lambda s: (s.due_on, not s.started, s.category, s.module))


def open_ones(standings: Iterable[Standing]) -> list[Standing]:
    return due_order(s for s in standings if not s.done)


def once_more(standings: Iterable[Standing]) -> list[Standing]:
    """Those that were complete and are due again, in the order given."""
    return [s for s in standings if s.again]


def changed_sections(module: Module, change: Change) -> tuple[int, ...]:
    """The numbers of the sections that a change touched, as far as the module still has them."""
    return tuple(number for number, section in enumerate(module.sections, 1) if section.anchor in change.sections)


def valid_until(module: Module, program: Program, completed_on: date, former: date | None, *, delta: bool) -> date:
    """The last day on which a completion holds: whole months, and never earlier than what the person had already.

    A `delta` asked about a change only, so it does not renew the rest.
    """
    if delta and former:
        return former
    until = months_later(completed_on, YEAR if YEARLY in module.criteria else program.validity_months)
    return max(until, former) if former else until


def refresher_from(today: date, program: Program) -> date:
    """A validity that ends on this day or before wants its refresher today."""
    return today + timedelta(days=program.refresher_days)


def turns(standing: Standing, today: date, program: Program) -> bool:
    """Whether the calendar asks for something that is not written yet: see retraining.turn, of which this is the twin."""
    if standing.valid_until is None:
        return False
    if standing.valid_until < today:
        return standing.completed_at is not None or standing.again == "change"
    return standing.done and standing.valid_until <= refresher_from(today, program)


def by_phase(standings: Iterable[Standing]) -> dict[int, list[Standing]]:
    """In the order given, phases ascending."""
    phases: dict[int, list[Standing]] = {}
    for standing in standings:
        phases.setdefault(standing.phase, []).append(standing)
    return dict(sorted(phases.items()))


@dataclass(frozen=True, slots=True)
class Headline:
    """What the dashboard's first line says: how many modules are late, or due on the nearest day. `day` None: nothing is open."""

    count: int
    late: bool
    day: date | None


def headline(standings: Sequence[Standing], today: date) -> Headline:
    remaining = open_ones(standings)
    late = [s for s in remaining if s.due_on < today]
    if late:
        return Headline(len(late), True, late[0].due_on)
    if not remaining:
        return Headline(0, False, None)
    nearest = remaining[0].due_on
    return Headline(sum(s.due_on == nearest for s in remaining), False, nearest)


def category_states(standings: Iterable[Standing]) -> dict[int, RibState | Literal["off"]]:
    """For each of the 12 categories: all modules complete, some begun, none, or none that are yours."""
    states: dict[int, RibState | Literal["off"]] = dict.fromkeys(range(1, 13), "off")
    mine: dict[int, list[Standing]] = {}
    for standing in standings:
        mine.setdefault(standing.category, []).append(standing)
    for category, rows in mine.items():
        complete = all(s.completed_at for s in rows)
        states[category] = "done" if complete else "half" if any(s.started for s in rows) else ""
    return states


def urgency(due_on: date, today: date, *, complete: bool) -> Literal["is-done", "due-late", "due-soon", ""]:
    """The class of a due day: done, late, within two weeks, or later."""
    if complete:
        return "is-done"
    days = (due_on - today).days
    return "due-late" if days < 0 else "due-soon" if days <= SOON else ""
