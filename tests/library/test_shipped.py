"""What the modules in courses/ promise: clean, complete, taught and asked for every entity type, and translated."""

import re
from functools import cache

import pytest

from lms.content.check import check
from lms.content.course import Language, Module
from lms.content.coverage import rows
from lms.content.folder import read_folder
from lms.content.glossary import glossary
from lms.content.grammar.abbreviations import uses
from lms.content.grammar.text import plain
from lms.content.library import Library
from lms.content.problem import render
from lms.settings import ROOT

FOLDER = read_folder(ROOT / "courses")
RESULT = check(FOLDER.files)
HIGHWAY_AND_RAIL = {"highway-carriers-us-canada", "rail-carriers"}
DO = {"en": ("Do", "Do not"), "es": ("Haga", "No haga"), "fr": ("Faites", "Ne faites pas")}
ABLE = {
    "en": "After this module you can",
    "es": "Al terminar este módulo, usted podrá",
    "fr": "À la fin de ce module, vous pourrez",
}
CASE = {"en": "from start to end", "es": "de principio a fin", "fr": "du début à la fin"}
NEGATIVE = re.compile(r"\b(?:not|except|never|none of|all of the above)\b", re.IGNORECASE)
# The question itself is the last sentence.
SENTENCE = re.compile(r"[.!?][\"”]?\s+")


@cache
def library() -> Library:
    assert RESULT.library is not None, render(RESULT.problems, "text")
    return RESULT.library


def _modules() -> list[Module]:
    return [*library().modules.values(), *library().translations.values()] if RESULT.library else []


each_module = pytest.mark.parametrize("module", [pytest.param(m, id=m.path) for m in _modules()])
ENTITIES = sorted(library().framework.entities) if RESULT.library else []


def markdown(module: Module) -> str:
    return (ROOT / "courses" / module.path).read_text(encoding="utf-8")


def test_the_check_finds_nothing_to_say_warnings_included() -> None:
    assert not FOLDER.problems
    assert not RESULT.problems, render(RESULT.problems, "text")


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_criterion_of_an_entity_type_is_taught_and_asked(entity: str) -> None:
    """A must that loses its last question, or its last paragraph, fails here."""
    assert {row.criterion.id: row.lacks for row in rows(library(), entity) if row.lacks} == {}


def test_thirty_modules_two_levels_in_every_category() -> None:
    modules = library().modules.values()
    assert len(modules) >= 30
    assert sum(not q.retired for m in modules for q in m.questions) >= 450
    assert {(m.category, m.level) for m in modules} == {
        (number, level) for number in library().framework.categories for level in ("personnel", "administrator")
    }


def test_thirty_drawings_and_every_drawing_is_used() -> None:
    drawings = {path for path in FOLDER.files if path.endswith(".svg")}
    used = {
        f"{m.path.split('/')[0]}/{picture}"
        for m in _modules()
        for picture in re.findall(r"\((images/[^ )]+)", markdown(m))
    }
    assert len([d for d in drawings if not re.search(r"\.(?:es|fr)\.svg$", d)]) >= 30
    assert drawings == used


@each_module
def test_a_module_teaches_well(module: Module) -> None:
    """A situation, what the reader will be able to do, one worked case, do and do not, a drawing, checks on the way, a card."""
    text = markdown(module)
    opening = [plain(p) for p in module.opening.split("\n\n")]
    assert len(opening) >= 2, "a situation comes first"
    assert ABLE[module.language] in " ".join(opening[1:])
    assert re.search(rf"^### .*{CASE[module.language]}$", text, re.MULTILINE), "a worked case"
    for word in DO[module.language]:
        assert f"\n### {word}\n" in text
    assert "](images/" in text, "a drawing"
    assert sum(bool(section.checks) for section in module.sections) >= 2, "knowledge checks between sections"
    assert module.card is not None
    assert module.practice, "what rests on general practice"


@each_module
def test_the_length_of_a_module_is_what_a_shift_allows(module: Module) -> None:
    low, high = (10, 25) if module.level == "personnel" else (15, 30)
    assert low <= module.minutes <= high
    assert 8 <= len(plain(module.card.html if module.card else "").split()) <= 190


@pytest.mark.parametrize("module", [pytest.param(m, id=m.path) for m in _modules() if m.language == "en"])
def test_questions_ask_for_the_right_thing(module: Module) -> None:
    """No negatives and no "all of the above"; feedback and a Why are what the check demands."""
    asked = [q for q in module.questions if q.type != "true-false" and not q.retired]
    assert not [q.id for q in asked if NEGATIVE.search(SENTENCE.split(q.title)[-1])]
    assert not [
        o.text for q in asked for o in q.options if re.search(r"(?:all|none) of (?:these|the above)", o.text, re.I)
    ]
    assert len({q.type for q in asked}) >= 4


def _required(module: Module, entities: set[str]) -> bool:
    return module.level == "personnel" and (module.entities is None or bool(entities & set(module.entities)))


@pytest.mark.parametrize(
    ("language", "entities"),
    [("es", {*ENTITIES}), ("fr", HIGHWAY_AND_RAIL)],
    ids=["every personnel module in Spanish", "those of highway and rail in French"],
)
def test_translations_are_there_and_current(language: Language, entities: set[str]) -> None:
    wanted = {m.key for m in library().modules.values() if _required(m, entities)}
    there = {key: m for (key, code), m in library().translations.items() if code == language}
    assert wanted - there.keys() == set()
    assert [key for key, m in there.items() if library().outdated(m)] == []
    assert [key for key, m in there.items() if m.title == library().modules[key].title] == []


def test_a_translation_leaves_no_drawing_with_english_words() -> None:
    """A drawing with words has one for each language in which it is shown."""
    worded = {
        path
        for path, data in FOLDER.files.items()
        if path.endswith(".svg") and re.search(rb"<text[^>]*>[^<]*[a-z]{3}", data)
    }
    for module in library().translations.values():
        folder = module.path.split("/")[0]
        for picture in re.findall(r"\((images/[^ )]+)", markdown(module)):
            path = f"{folder}/{picture}"
            assert path not in worded or path.endswith(f".{module.language}.svg"), path


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_glossary_holds_every_abbreviation_that_the_modules_use(language: Language) -> None:
    entries = glossary(library(), language)
    known = {word for entry in entries if entry.language == language for word in entry.definition.short.split()}
    modules = [m for m in _modules() if m.language == language]
    used = {use.short for m in modules for use in uses(list(enumerate(markdown(m).split("\n")[2:], 3)))}
    assert used - known == set()
    assert len(entries) >= 60
