"""The promises P1 to P5 and S1 to S6, held to whatever people, an author and the calendar may do one after the other.

A machine does what it likes through the services, in the transactions of the views. After every step each table that tells of
attempts and progress equals, row for row, what a model in plain Python says (model.py): so an acknowledged answer stands as it was
acknowledged (P1), readings only grow but for a substantive change (P2), progress and standing equal their recount (P3), there is
one open attempt (P5), a second submission does nothing (S1, S5), and no row of history changes or goes (S3).
"""

import faulthandler
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessment import repairs, review, service
from lms.catalog import service as catalog
from lms.catalog.shelf import published
from lms.core.clock import program_day
from lms.core.database import db
from lms.fsck.service import check
from lms.learning.standing import desk
from tests.conftest import on_both_in_time
from tests.factories.training import SEALS, WALK

from . import acts
from .acts import ACCEPTED, COLUMNS, PEOPLE, Home
from .model import Key, Model, Repaired, Result, Sitting
from .texts import ACCEPTABLE, EDITS, Text

AT = datetime(2026, 10, 6, 15, tzinfo=UTC)

people, modules = st.sampled_from(("driver", *PEOPLE)), st.sampled_from((SEALS, WALK))
numbers, often = st.integers(0, 9), st.sampled_from((True, True, False))
manners = st.sampled_from(("right", "nearly", "wrong", "blank"))
edits = st.lists(
    st.sampled_from([(module, name) for module, known in EDITS.items() for name in known]), min_size=1, max_size=3
)


class Lives(RuleBasedStateMachine):
    """Two people, two modules, an author and a clock that only goes on."""

    sittings = Bundle("sittings")

    def __init__(self, home: Home) -> None:
        super().__init__()
        home.begin_anew()
        self.home, self.now, self.dice = home, AT, random.Random(4)
        first = published(db.session)
        self.model = Model(first.library.framework.program, {m: Text(m) for m in (SEALS, WALK)}, first.revision_id)

    def teardown(self) -> None:
        self.past_attempts_show_what_they_showed()
        db.session.rollback()
        assert [found for found in check(db.session, lambda *_: None) if not isinstance(found, int)] == []

    # --- what people do

    @initialize(target=sittings, module=modules, trained=often)
    def somebody_was_trained_before(self, module: str, trained: bool) -> Any:
        """Much only happens to those who completed a module once."""
        return self.complete("driver", module, "right") if trained else multiple()

    @rule(who=people, module=modules, section=st.integers(0, 2))
    def read(self, who: str, module: str, section: int) -> None:
        anchors = list(self.model.published[module].sections)
        self._read(self._key(who, module), anchors[section % len(anchors)])

    @rule(target=sittings, who=people, module=modules)
    def start(self, who: str, module: str) -> Any:
        """P5: one attempt is open; after two failures the next one waits."""
        before = len(self.model.sittings)
        self._start(who, module)
        return multiple(*self.model.sittings[before:])

    @rule(sitting=sittings, number=numbers, changes_of_mind=st.lists(manners, min_size=1, max_size=3))
    def answer(self, sitting: Sitting, number: int, changes_of_mind: list[str]) -> None:
        """S6: only what was drawn can be answered. After the submission only the answer that stands is acknowledged (S5)."""
        for manner in changes_of_mind:
            self._answer(sitting, number, manner)

    @rule(sitting=sittings)
    def submit(self, sitting: Sitting) -> None:
        self._submit(sitting)

    @rule(target=sittings, who=people, module=modules, manner=st.sampled_from(("right", "right", "nearly")))
    def complete(self, who: str, module: str, manner: str) -> Any:
        """Read all that there is, answer all of it, and submit."""
        for section in self.model.published[module].sections:
            self._read(self._key(who, module), section)
        return self.take(who, module, manner, whole=True, hands_in=1)

    @rule(target=sittings, who=people, module=modules, manner=manners, whole=often, hands_in=st.integers(0, 3))
    def take(self, who: str, module: str, manner: str, whole: bool, hands_in: int) -> Any:
        """Answer all or a part in one manner, and leave it for later or submit, some times over."""
        before = len(self.model.sittings)
        for _ in range(max(hands_in, 1)):
            self._start(who, module)
            sitting = self.model.open_one(self._key(who, module))
            if sitting is None:
                break
            for number in range(1, 1 + (len(sitting.drawn) if whole else len(sitting.drawn) // 2)):
                self._answer(sitting, number, manner)
            if hands_in:
                self._submit(sitting)
        return multiple(*self.model.sittings[before:])

    # --- what authors and staff do

    @precondition(lambda self: self.model.progress)
    @rule(edited=edits)
    def reword(self, edited: list[tuple[str, str]]) -> None:
        """An editorial change, which bothers nobody; a key never changes by one."""
        self._edit(edited, substantive=False)

    @precondition(lambda self: self.model.progress)
    @rule(edited=edits)
    def change(self, edited: list[tuple[str, str]]) -> None:
        """A substantive change: everybody who completed the module is due once more, and nobody else."""
        self._edit(edited, substantive=True)

    def _edit(self, edited: list[tuple[str, str]], *, substantive: bool) -> None:
        self.now += timedelta(days=1)
        base, before = self.model.revision, self.model.published
        texts = {module: before[module].edited(*(n for m, n in edited if m == module)) for module, _ in edited}
        texts = {module: replace(text, substantive=substantive) for module, text in texts.items()}
        texts = {module: text for module, text in texts.items() if text.file != before[module].file}
        moves_key = any(text.moves_key(before[module]) for module, text in texts.items())
        refused = catalog.NothingNew if not texts else catalog.Unpublishable if moves_key and not substantive else None
        if refused:
            with pytest.raises(refused):
                acts.publish(texts, base, self.now)
            return
        progress = acts.progress()
        revision, due = acts.publish(texts, base, self.now)
        expected = self.model.publishes(revision, texts, self.now)
        after = acts.progress()
        assert due == len(expected)
        assert {key for key in after if after[key] != progress[key]} <= expected
        assert all(after[key][1] is None and after[key][3] in ("change", "expiry") for key in expected)
        self.past_attempts_show_what_they_showed()

    @rule(sitting=sittings, number=numbers, accept=st.booleans(), since_ever=often)
    def repair(self, sitting: Sitting, number: int, accept: bool, since_ever: bool) -> None:
        """A repair raises results, in records of their own; made twice it has one effect."""
        self._tick()
        module, question = sitting.text.module, sitting.drawn[number % len(sitting.drawn)]
        accepts, since = ACCEPTABLE.get(question, "") if accept else "", AT if since_ever else self.now
        texts = (accepts,) if accepts else ()
        proposal = repairs.Proposal(module, question, not accepts, texts, since, "It was ambiguous.")
        same = (module, question, accepts, since)
        known = any((r.module, r.question, r.accepts, r.from_at) == same for r in self.model.repairs)
        foreseen = repairs.outcome(db.session, proposal)
        done, completed = acts.repair(proposal, self.home.staff, self.now)
        assert done.again == known
        if known:
            return
        assert done.outcome == foreseen
        raised = self.model.repairs_question(Repaired(done.repair_id, module, question, accepts, since))
        assert {change.attempt_id: plain(change.new) for change in foreseen.changes} == {s.id: new for s, new in raised}
        for key, completion in completed.items():
            self._settled(key, completion)
        self.past_attempts_show_what_they_showed()

    # --- what the calendar does

    @rule(pause=st.sampled_from((4, 10)))
    def time_passes(self, pause: int) -> None:
        self.now += timedelta(minutes=pause)

    @rule(days=st.sampled_from((0, 1, 31)), who=st.sampled_from((None, *PEOPLE)))
    def day_turns(self, days: int, who: str | None) -> None:
        """`flask daily`, or somebody opens the dashboard before it ran."""
        self._turn(days, who)

    @precondition(lambda self: self.model.completions)
    @rule(before=st.sampled_from((61, 60, 0, -1)))
    def validity_ends(self, before: int) -> None:
        """So many days before the end of a validity."""
        ends = [where.valid_until for where in self.model.progress.values() if where.valid_until]
        days = [(end - program_day(self.now)).days - before for end in ends]
        self._turn(min((ahead for ahead in days if ahead > 0), default=0), None)

    def _turn(self, days: int, who: str | None) -> None:
        self.now += timedelta(days=days)
        person = self.home.signed_in[who].id if who else None
        assert acts.turn(self.model.program, self.now, person) == self.model.turns(program_day(self.now), person)

    # --- what must be true

    @invariant()
    def every_row_is_as_the_model_has_it(self) -> None:
        stored = acts.stored()
        for table, rows in self.model.rows().items():
            assert stored[table] == rows, table

    @invariant()
    def the_pages_say_where_people_stand(self) -> None:
        """P3: the one statement behind the pages gives what follows from everything that happened."""
        for who in self.home.signed_in.values():
            standings = desk(db.session, who).standings
            for module in (SEALS, WALK):
                standing = standings.get(module) or desk(db.session, who, module).standings[module]
                expected = self.model.standing((who.id, module))
                assert {name: getattr(standing, name) for name in expected} == expected

    def past_attempts_show_what_they_showed(self) -> None:
        """S4: module, paper and result of every attempt, whatever was published since. S2: marked again, it has its score."""
        db.session.rollback()
        for sitting in self.model.sittings:
            sheet = service.find(db.session, public_id=sitting.public_id, person_id=sitting.person)
            saved = service.answers(db.session, sheet)
            assert sheet.module == sitting.pinned
            record = service.record(sheet, saved)
            assert tuple(shown.asked for shown in record) == sitting.shown
            assert [shown.saved_at for shown in record] == [
                given.at if (given := sitting.answers.get(question)) else None for question in sitting.drawn
            ]
            if sitting.submitted_at:
                known = sum(r.module == sheet.module.key for r in self.model.repairs[: sitting.repairs])
                rulings = repairs.rulings(db.session, sheet.module.key)[:known]
                again = review.score(sheet.module, sheet.paper, service.responses(saved), sheet.pass_mark, rulings)
                assert (str(again.points), again.of, again.passed) == tuple(
                    map(sitting.row.get, ("score", "out_of", "passed"))
                )
        for person in self.home.signed_in.values():
            for module in (SEALS, WALK):
                history = service.history(db.session, person_id=person.id, module=module)
                past = self.model.past((person.id, module))
                assert [(one.public_id, plain(one.score)) for one in history] == [(s.public_id, s.result) for s in past]

    # --- one act of a person, by the services and in the model

    def _tick(self) -> None:
        self.now += timedelta(seconds=1)

    def _key(self, who: str, module: str) -> Key:
        return self.home.signed_in[who].id, module

    def _read(self, key: Key, section: str) -> None:
        self._tick()
        completed = acts.read(key, section, self.now)
        self.model.reads(key, section, self.now)
        self._settled(key, completed)

    def _start(self, who: str, module: str) -> None:
        self._tick()
        key = self._key(who, module)
        going_on, until = self.model.open_one(key), self.model.waits_until(key)
        if going_on is None and until and self.now < until:
            with pytest.raises(service.TooSoon) as refused:
                self.home.start(who, module, self.now, self.dice)
            assert refused.value.until == until
            return
        public_id = self.home.start(who, module, self.now, self.dice)
        if going_on is None:
            self.model.starts(self._begun(key, public_id), self.now)
        else:
            assert public_id == going_on.public_id

    def _begun(self, key: Key, public_id: str) -> Sitting:
        """The attempt as it must be, for good: unseen questions come first, and after a change those about it alone."""
        model, shelf = self.model, published(db.session)
        row = dict(db.session.execute(select(*COLUMNS).where(COLUMNS.public_id == public_id)).one()._mapping)
        drawn = tuple(one["question"] for one in row["paper"]["drawn"])
        asked, many, delta = model.asks(key)
        assert len(drawn) == len(set(drawn)) == many
        assert asked.issuperset(drawn)
        assert len(set(drawn) - model.seen(key)) == min(many, len(asked - model.seen(key)))
        pinned, text = shelf.library.modules[key[1]], model.published[key[1]]
        facts = {"person_id": key[0], "module": key[1], "language": "en", "revision_id": model.revision}
        facts |= {"document": shelf.documents[key[1], "en"], "pass_mark": text.pass_mark, "started_at": self.now}
        facts |= {"delta": delta, "id": row["id"], "public_id": public_id, "paper": row["paper"]}
        assert row == dict.fromkeys(row) | facts
        sheet = service.find(db.session, public_id=public_id, person_id=key[0])
        return Sitting(key[0], text, pinned, drawn, row, tuple(sheet.asked(n) for n in range(1, many + 1)))

    def _answer(self, sitting: Sitting, number: int, manner: str) -> None:
        self._tick()
        for other in {who.id for who in self.home.signed_in.values()} - {sitting.person}:
            with pytest.raises(service.NoSuchAttempt):
                service.find(db.session, public_id=sitting.public_id, person_id=other, to="save")
        if not 1 <= number <= len(sitting.drawn):
            with pytest.raises(service.NotDrawn):
                acts.save(sitting, number, [], self.now)
            return
        question = next(q for q in sitting.pinned.questions if q.id == sitting.drawn[number - 1])
        given, standing = acts.answered(question, manner, self.now), sitting.answers.get(question.id)
        if not sitting.submitted_at:
            assert acts.save(sitting, number, given.response, self.now) == self.now
            sitting.answers[question.id] = given
        elif standing and standing.response == given.response:
            assert acts.save(sitting, number, given.response, self.now) == standing.at
        else:
            with pytest.raises(service.AlreadySubmitted) as refused:
                acts.save(sitting, number, given.response, self.now)
            assert refused.value.submitted_at == sitting.submitted_at

    def _submit(self, sitting: Sitting) -> None:
        """S1, S5: the first submission counts, whatever comes after it."""
        self._tick()
        result, completed = acts.submit(sitting, self.now)
        if sitting.submitted_at:
            assert result is None
            return
        assert result is not None
        assert plain(result) == self.model.submits(sitting, self.now, ACCEPTED)
        if result.passed:
            self._settled(sitting.key, completed)

    def _settled(self, key: Key, completed: bool) -> None:
        assert (self.model.settles(key, self.now) is not None) == completed


def plain(score: review.Score) -> Result:
    return Result(score.points, score.of, score.passed)


RUNS = settings(stateful_step_count=40, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
EXAMPLES = {"sqlite": 12, "postgresql": 30}


def live(session: Session, backend: str) -> int:
    """Live through many histories, each with every promise looked at; how many there were."""
    faulthandler.cancel_dump_traceback_later()  # making a failure as short as can be may take some minutes
    home, begun = Home(session), count()

    def lives() -> Lives:
        next(begun)
        return Lives(home)

    run_state_machine_as_test(lives, settings=settings(RUNS, max_examples=EXAMPLES[backend]))
    return next(begun)


@on_both_in_time
def test_whatever_happens_every_promise_holds(session: Session, backend: str) -> None:
    assert live(session, backend) >= EXAMPLES[backend], "no history was left out"
