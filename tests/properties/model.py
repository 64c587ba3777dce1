"""What must be true of people's attempts and progress, in plain Python: nothing here asks the database or the code under test.

People are known by their number, modules by their key, sections and questions by their name.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from lms.content.course import Module
from lms.content.framework import Program
from lms.core.clock import months_later, program_day
from lms.learning.rules import Change

from .texts import DRAWN, REASON, Text

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Result:
    """Points, of how many, and whether that passes."""

    points: Fraction
    of: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """An acknowledged answer: what it is worth by the key of its day, and the texts that it chose or typed."""

    response: list[Any]
    worth: Fraction
    texts: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair; `accepts` "": the question is void."""

    id: int
    module: str
    question: str
    accepts: str
    from_at: datetime


@dataclass(eq=False, slots=True)
class Sitting:
    """An attempt: `row` are its columns as they must stand, `shown` what it showed at its start, `text` what it was drawn from."""

    person: int
    text: Text
    pinned: Module
    drawn: tuple[str, ...]
    row: dict[str, Any]
    shown: object
    answers: dict[str, Given] = field(default_factory=dict)
    repairs: int = 0  # those made until it was submitted
    result: Result | None = None

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def public_id(self) -> str:
        return str(self.row["public_id"])

    @property
    def revision(self) -> int:
        return int(self.row["revision_id"])

    @property
    def submitted_at(self) -> datetime | None:
        at: datetime | None = self.row["submitted_at"]
        return at

    @property
    def key(self) -> Key:
        return self.person, self.text.module


@dataclass(frozen=True, slots=True)
class Done:
    """A completion."""

    sitting: Sitting
    revision: int
    percent: int
    at: datetime
    valid_until: date


@dataclass(frozen=True, slots=True)
class Changed:
    """A substantive change, with what a reader sees of it."""

    module: str
    revision: int
    sections: tuple[str, ...]
    questions: frozenset[str]
    at: datetime


@dataclass(slots=True)
class Where:
    """How somebody stands with a module."""

    started_at: datetime
    completed_at: datetime | None = None
    valid_until: date | None = None
    because: str | None = None
    due_on: date | None = None


@dataclass(slots=True)
class Model:
    """All that happened, and what follows from it."""

    program: Program
    published: dict[str, Text]
    revision: int
    sittings: list[Sitting] = field(default_factory=list)
    completions: list[Done] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    repairs: list[Repaired] = field(default_factory=list)
    remarks: dict[tuple[int, int], Result] = field(default_factory=dict)
    readings: dict[Key, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    progress: dict[Key, Where] = field(default_factory=dict)

    def rows(self) -> dict[str, Any]:
        """What must be stored, see acts.stored."""
        return {
            "attempts": [sitting.row for sitting in self.sittings],
            "answers": {
                (sitting.id, question): (given.response, given.at)
                for sitting in self.sittings
                for question, given in sitting.answers.items()
            },
            "remarks": self.remarks,
            "completions": [
                (*done.sitting.key, done.sitting.id, done.revision, done.percent, done.at, done.valid_until)
                for done in self.completions
            ],
            "progress": {key: astuple(where) for key, where in self.progress.items()},
            "readings": {
                (*key, section): at for key, opened in self.readings.items() for section, at in opened.items()
            },
            "changes": [
                (one.module, one.revision, list(one.sections), sorted(one.questions), one.at) for one in self.changes
            ],
        }

    # --- attempts

    def open_one(self, key: Key) -> Sitting | None:
        return next((s for s in self.sittings if s.key == key and not s.submitted_at), None)

    def past(self, key: Key) -> list[Sitting]:
        return [sitting for sitting in self.sittings if sitting.key == key and sitting.submitted_at]

    def waits_until(self, key: Key) -> datetime | None:
        """From when on the next attempt may begin: after two failures in a row, some minutes after the last one."""
        last = self.past(key)[-2:]
        if len(last) < 2 or any(sitting.result and sitting.result.passed for sitting in last):
            return None
        assert last[-1].submitted_at
        return last[-1].submitted_at + timedelta(minutes=self.program.retry_wait_minutes)

    def asks(self, key: Key) -> tuple[frozenset[str], int, bool]:
        """Of which questions the next attempt draws, how many, and whether they are about a change alone."""
        asked = frozenset(self.published[key[1]].asked)
        missed = self.missed(key)
        if key in self.progress and self.progress[key].because == "change":
            delta = asked & frozenset[str]().union(*(change.questions for change in missed))
            if delta and all(change.questions for change in missed):
                return delta, len(delta), True
        return asked, DRAWN[key[1]] or len(asked), False

    def seen(self, key: Key) -> set[str]:
        return {question for sitting in self.sittings if sitting.key == key for question in sitting.drawn}

    def starts(self, sitting: Sitting, now: datetime) -> None:
        self.sittings.append(sitting)
        self.begins(sitting.key, now)

    def submits(self, sitting: Sitting, now: datetime, acknowledgment: str) -> Result:
        sitting.repairs = len(self.repairs)
        result = sitting.result = self.marked(sitting, self.repairs)
        sitting.row |= {
            "submitted_at": now,
            "score": str(result.points),
            "out_of": result.of,
            "passed": result.passed,
            "acknowledgment": acknowledgment,
        }
        return result

    def marked(self, sitting: Sitting, repairs: list[Repaired]) -> Result:
        """What the acknowledged answers are worth with these repairs; each question has one point."""
        points = sum((self._worth(sitting, question, repairs) for question in sitting.drawn), Fraction(0))
        of = len(sitting.drawn)
        return Result(points, of, points * 100 >= sitting.text.pass_mark * of)

    @staticmethod
    def _worth(sitting: Sitting, question: str, repairs: list[Repaired]) -> Fraction:
        given = sitting.answers.get(question)
        for repair in repairs:
            concerns = sitting.submitted_at is None or repair.from_at <= sitting.submitted_at
            this = concerns and (repair.module, repair.question) == (sitting.text.module, question)
            if this and (not repair.accepts or (given and repair.accepts in given.texts)):
                return Fraction(1)
        return given.worth if given else Fraction(0)

    def repairs_question(self, repair: Repaired) -> list[tuple[Sitting, Result]]:
        """The submitted attempts whose result it raises, with the new one."""
        self.repairs.append(repair)
        raised = []
        for sitting in self.sittings:
            asked = sitting.text.module == repair.module and repair.question in sitting.drawn
            if not (asked and sitting.result and sitting.submitted_at and repair.from_at <= sitting.submitted_at):
                continue
            old, new = sitting.result, self.marked(sitting, self.repairs)
            best = Result(max(old.points, new.points), old.of, old.passed or new.passed)
            if best != old:
                self.remarks[sitting.id, repair.id] = sitting.result = best
                raised.append((sitting, best))
        return raised

    # --- progress

    def begins(self, key: Key, now: datetime) -> None:
        self.progress.setdefault(key, Where(now))

    def reads(self, key: Key, section: str, now: datetime) -> None:
        self.readings[key].setdefault(section, now)
        self.begins(key, now)

    def last(self, key: Key) -> Done | None:
        return next((done for done in reversed(self.completions) if done.sitting.key == key), None)

    def newest_change(self, module: str) -> int:
        return max((change.revision for change in self.changes if change.module == module), default=0)

    def missed(self, key: Key) -> list[Changed]:
        """The changes since the revision that the last completion rests on."""
        done = self.last(key)
        known = done.sitting.revision if done else 0
        return [change for change in self.changes if done and change.module == key[1] and change.revision > known]

    def standing(self, key: Key) -> dict[str, Any]:
        """What the pages say of somebody's module."""
        where, last, current = self.progress.get(key), self.last(key), self.open_one(key)
        passes = [sitting for sitting in self.past(key) if sitting.result and sitting.result.passed]
        again = where.because if where else None
        missed = self.missed(key) if again else []
        if again and last:
            passes = [one for one in passes if one.submitted_at and one.submitted_at > last.at]
            newest = max((change.revision for change in missed), default=0)
            passes = passes if any(one.revision >= newest for one in passes) else []
        said = {
            "started": where is not None,
            "completed_at": where and where.completed_at,
            "valid_until": where and where.valid_until,
            "again": again,
            "opened": frozenset(self.readings[key]),
            "attempt": current.public_id if current else "",
            "passed": bool(passes),
            "trained_on": program_day(last.at) if again and last else None,
            "changes": tuple(Change(program_day(one.at), REASON, one.sections) for one in missed),
        }
        return said | ({"due_on": where.due_on} if where and again else {})

    def settles(self, key: Key, now: datetime) -> Done | None:
        """The completion that the moment brings: all sections open, and a pass later than the last completion.

        The first pass counts whatever its revision; one that has the newest change is preferred, and asked for later on.
        """
        last, newest = self.last(key), self.newest_change(key[1])
        passes = [sitting for sitting in self.past(key) if sitting.result and sitting.result.passed]
        if last:
            passes = [s for s in passes if s.submitted_at and s.submitted_at > last.at and s.revision >= newest]
        where = self.progress.get(key)
        standing = where is not None and where.completed_at is not None
        if not passes or not (standing or self.published[key[1]].sections.keys() <= self.readings[key].keys()):
            return None
        sitting = next((one for one in passes if one.revision >= newest), passes[0])
        assert sitting.result
        self.begins(key, now)
        where = self.progress[key]
        former = where.valid_until
        until = months_later(program_day(now), self.program.validity_months)
        if former:
            until = former if sitting.row["delta"] else max(former, until)
        revision = self.revision if sitting.revision >= newest else sitting.revision
        percent = int(sitting.result.points * 100 / sitting.result.of)
        done = Done(sitting, revision, percent, now, until)
        self.completions.append(done)
        where.completed_at, where.valid_until, where.because, where.due_on = now, until, None, None
        for change in self.missed(key):
            self._falls_due(key, change, program_day(now))
        return done

    def publishes(self, revision: int, texts: Mapping[str, Text], now: datetime) -> set[Key]:
        """Who is due once more because of it: those who completed a module whose author calls the change substantive."""
        due = set()
        for module, text in sorted(texts.items()):
            before, self.published[module] = self.published[module], text
            if not text.substantive:
                continue
            change = Changed(module, revision, *text.differs(before), now)
            self.changes.append(change)
            for key in [key for key in self.progress if key[1] == module and self.last(key)]:
                due.add(key)
                self._falls_due(key, change, program_day(now))
        self.revision = revision
        return due

    def _falls_due(self, key: Key, change: Changed, today: date) -> None:
        where, by = self.progress[key], today + timedelta(days=self.program.retraining_days)
        kept = {s: at for s, at in self.readings[key].items() if s not in change.sections or at >= change.at}
        self.readings[key] = kept
        where.completed_at, where.because = None, where.because or "change"
        where.due_on = min(where.due_on, by) if where.due_on else by

    def turns(self, today: date, person: int | None) -> int:
        """A refresher falls due some days before the validity ends; the day after its end the completion stands no more."""
        rows = 0
        for (who, _), where in self.progress.items():
            end = where.valid_until
            if end is None or person not in (None, who):
                continue
            over = end < today and (where.completed_at is not None or where.because == "change")
            near = (
                where.completed_at and not where.because and end - today <= timedelta(days=self.program.refresher_days)
            )
            if over or near:
                rows += 1
                where.completed_at = None if over else where.completed_at
                where.because, where.due_on = "expiry", min(where.due_on or end, end)
        return rows
