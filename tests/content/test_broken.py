"""Every class of problem, each by a broken file: the right code at the right place, and nothing else that is wrong."""

import pytest

from lms.content.codes import CODES

from .broken import CASES, Broken
from .samples import GOOD, problems_of


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.name}")
def test_a_broken_file_gives_its_code_and_place(case: Broken) -> None:
    problems = problems_of(case.text)
    wrong = [(p.code, p.line, p.column) for p in problems if p.is_error]
    assert wrong == [(case.code, *case.place)], [p for p in problems if p.is_error]
    for problem in problems:  # each in sentences, on one line
        assert problem.message.endswith(".")
        assert problem.fix[-1] in ".?:`)"
        assert "\n" not in problem.message + problem.fix


def test_the_good_module_has_no_problem() -> None:
    assert problems_of(GOOD) == ()


def test_the_cases_are_different() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert {case.code for case in CASES} <= set(CODES)
