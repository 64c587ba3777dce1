"""Coverage: what counts as taught and asked, and what is a gap."""

import csv
import json
from dataclasses import replace
from functools import cache
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.course import Module
from lms.content.coverage import LEVELS, cells, coverage, report, rows
from lms.content.library import Library

from .samples import GOOD, check_text


@cache
def library() -> Library:
    found = check_text(GOOD).library
    assert found is not None
    return found


def only(module: Module, source: Library | None = None) -> Library:
    return replace(source or library(), modules={module.key: module})


def good() -> Module:
    return library().modules["seal-security/good"]


def without(module: Module, *ids: str) -> Module:
    pools = tuple(replace(p, questions=tuple(q for q in p.questions if q.id not in ids)) for p in module.pools)
    return replace(module, pools=pools)


def gaps(source: Library, entity: str = "importers") -> dict[str, tuple[str, ...]]:
    """Gaps of the criteria that the good module is about."""
    return {r.criterion.id: r.lacks for r in rows(source, entity) if r.criterion.id in ("6.1", "6.2", "7.5")}


def test_the_good_module_has_no_gap_of_its_own() -> None:
    assert gaps(library()) == {"6.1": (), "6.2": (), "7.5": ()}


def test_a_criterion_that_nobody_teaches_or_asks() -> None:
    (row,) = (r for r in rows(library(), "importers") if r.criterion.id == "6.7")
    assert row.lacks == ("taught", "asked")
    assert [(c.level, c.taught, c.asked) for c in row.cells] == [(level, (), ()) for level in LEVELS]


def test_a_must_with_one_question_and_a_must_in_one_form() -> None:
    one = without(good(), "good-late")
    assert gaps(only(one))["6.1"] == ("twice",)
    question = next(q for q in good().questions if q.id == "good-class")
    same = replace(question, id="good-class-again")
    pool = replace(one.pools[0], questions=(*one.pools[0].questions, same))
    assert gaps(only(replace(one, pools=(pool,))))["6.1"] == ("forms",)


def test_a_should_needs_one_question() -> None:
    last = without(good(), "good-read")
    assert gaps(only(last))["7.5"] == ()
    asked = [q.id for q in good().questions if "7.5" in q.criteria]
    assert gaps(only(without(good(), *asked)))["7.5"] == ("asked",)


def test_a_must_that_loses_its_last_question_is_a_gap() -> None:
    asked = [q.id for q in good().questions if "6.1" in q.criteria]
    assert gaps(only(without(good(), *asked)))["6.1"] == ("asked",)


def test_retired_questions_and_knowledge_checks_do_not_count() -> None:
    retired = tuple(replace(q, retired=True) for q in good().questions)
    module = replace(good(), pools=(replace(good().pools[0], questions=retired),))
    assert any(section.checks for section in module.sections)
    assert gaps(only(module)) == {"6.1": ("asked",), "6.2": ("asked",), "7.5": ("asked",)}


def test_what_is_asked_of_others_does_not_count() -> None:
    brokers = tuple(replace(q, entities=("customs-brokers",)) for q in good().questions)
    module = replace(good(), pools=(replace(good().pools[0], questions=brokers),))
    assert gaps(only(module), "importers")["6.2"] == ("asked",)
    assert gaps(only(module), "customs-brokers")["6.2"] == ()
    assert gaps(only(replace(good(), entities=("importers",))), "exporters")["6.1"] == ("taught", "asked")


def test_levels_stand_beside_each_other_and_count_together() -> None:
    higher = replace(without(good(), "good-class"), level="administrator", key="seal-security/higher")
    lower = without(good(), "good-late")
    both = replace(library(), modules={m.key: m for m in (higher, lower)})
    assert gaps(both)["6.1"] == ()
    personnel, administrator = cells(coverage(both), both.framework.criteria["6.1"], "importers")
    assert ([a.question.id for a in personnel.asked], [a.question.id for a in administrator.asked]) == (
        ["good-class"],
        ["good-late"],
    )


def test_a_criterion_that_does_not_concern_an_entity_type_is_not_in_its_matrix() -> None:
    assert "12.5" in {r.criterion.id for r in rows(library(), "customs-brokers")}
    assert "12.5" not in {r.criterion.id for r in rows(library(), "sea-carriers")}


@given(st.sets(st.sampled_from([q.id for q in good().questions])))
def test_fewer_questions_never_close_a_gap(taken: set[str]) -> None:
    before, after = gaps(library()), gaps(only(without(good(), *taken)))
    assert all(after[criterion] or not lacks for criterion, lacks in before.items())
    assert {c for c, lacks in after.items() if "asked" in lacks} == {
        c for c in before if not any(c in q.criteria for q in good().questions if q.id not in taken)
    }


def test_the_reports_say_the_same_with_places_that_can_be_opened() -> None:
    matrix = {"importers": rows(library(), "importers")}
    line = next(s.taught[0].line for s in good().sections if s.taught)
    as_json = json.loads(report(matrix, "json", "courses"))
    as_csv = list(csv.DictReader(StringIO(report(matrix, "csv", "courses"))))
    assert [r["criterion"] for r in as_json] == [r["criterion"] for r in as_csv]
    assert len(as_json) == 2 * len(matrix["importers"])
    first = next(r for r in as_json if (r["criterion"], r["level"]) == ("6.1", "personnel"))
    assert (first["requirement"], first["entity"], first["gap"]) == ("must", "importers", "")
    assert first["taught"][0] == f"06-seal-security/good.md:{line}"
    assert (
        next(r for r in as_csv if (r["criterion"], r["level"]) == ("6.1", "personnel"))["asked"].split()
        == first["asked"]
    )
    text = report(matrix, "text", "courses")
    assert f"courses/06-seal-security/good.md:{line}" in text
    assert "  GAP 6.7 (must): no paragraph teaches it and no question asks about it" in text


@pytest.mark.parametrize("style", ["text", "csv", "json"])
def test_every_entity_type_is_in_a_whole_report(style: str) -> None:
    source = library()
    matrix = {slug: rows(source, slug) for slug in source.framework.entities}
    assert len(matrix) == 13
    assert all(slug in report(matrix, style, "courses") for slug in matrix)  # type: ignore[arg-type]
