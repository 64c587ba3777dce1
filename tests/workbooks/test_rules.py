from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.content.framework import Criterion, Level
from lms.workbooks.rules import ANSWERS, GAPS, Said, Typed, gaps, judged, tally

ANSWER = st.sampled_from([*ANSWERS, ""])
SAID = st.builds(Said, ANSWER, st.text(max_size=8), st.integers(1, 9))


@dataclass(frozen=True)
class Line:
    criterion: Criterion
    phase: int


def a_line(number: int, phase: int, level: Level) -> Line:
    made = Criterion(
        f"1.{number}",
        1,
        level,
        "",
        "",
        "",
        False,
        "common",
        (),
        "",
        "yes",
        (),
        "",
    )
    return Line(made, phase)


@given(SAID, SAID, SAID)
def test_nobody_undoes_what_somebody_else_saved(given_out: Said, stored: Said, sent: Said) -> None:
    """A page was given `given_out`; meanwhile `stored` stands; the page sends `sent`."""
    verdict = judged(stored, Typed(sent.answer, sent.note, given_out.seen))
    words = [(one.answer, one.note) for one in (given_out, stored, sent)]
    if words[2] in (words[0], words[1]):
        assert verdict == "same"
    elif stored.version == given_out.version:
        assert verdict == "save"
    else:
        assert verdict == "conflict"


def test_a_page_that_shows_what_was_never_saved_can_save_it() -> None:
    assert judged(Said(), Typed("met", "", Said().seen)) == "save"
    assert judged(Said(), Typed("", "", Said().seen)) == "same"
    assert judged(Said("met", "", 1), Typed("partly", "", Said().seen)) == "conflict"
    assert judged(Said("met", "", 1), Typed("met", "", Said().seen)) == "same"


def test_a_version_that_nobody_gave_out_saves_nothing() -> None:
    assert judged(Said("met", "", 3), Typed("partly", "", "nonsense")) == "conflict"


LEVEL: st.SearchStrategy[Level] = st.sampled_from(["must", "should"])
LINES = st.lists(st.tuples(st.integers(1, 4), LEVEL, ANSWER), max_size=30)


@given(LINES)
def test_gaps_come_by_phase_then_level_then_size(rows: list[tuple[int, Level, str]]) -> None:
    lines = [a_line(number, phase, level) for number, (phase, level, _) in enumerate(rows, 1)]
    said = {line.criterion.id: Said(row[2], "", 1) for line, row in zip(lines, rows, strict=True)}
    found = gaps(lines, said)
    assert {line.criterion.id for line in found} == {id for id, one in said.items() if one.answer in GAPS}
    for one, other in pairwise(found):
        assert one.phase <= other.phase
        if one.phase == other.phase:
            levels = one.criterion.level, other.criterion.level
            assert levels != ("should", "must")
            if levels[0] == levels[1]:
                assert (said[one.criterion.id].answer, said[other.criterion.id].answer) != ("partly", "not-yet")


def test_the_first_gap_is_a_must_of_the_first_phase_that_is_not_met() -> None:
    lines = [
        a_line(1, 2, "must"),
        a_line(2, 1, "should"),
        a_line(3, 1, "must"),
        a_line(10, 1, "must"),
        a_line(4, 1, "must"),
    ]
    answers = {"1.1": "not-yet", "1.2": "not-yet", "1.3": "partly", "1.10": "not-yet", "1.4": "not-yet"}
    said = {criterion: Said(answer, "", 1) for criterion, answer in answers.items()}
    assert [line.criterion.id for line in gaps(lines, said)] == ["1.4", "1.10", "1.3", "1.2", "1.1"]


@given(LINES)
def test_a_tally_adds_up(rows: list[tuple[int, Level, str]]) -> None:
    lines = [a_line(number, phase, level) for number, (phase, level, _) in enumerate(rows, 1)]
    said = {line.criterion.id: Said(row[2]) for line, row in zip(lines, rows, strict=True) if row[2]}
    counts = tally(lines, said)
    assert counts.total == len(rows)
    assert counts.answered == len(said)
    assert counts.partly + counts.not_yet == len(gaps(lines, said))
