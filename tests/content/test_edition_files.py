"""Files of other editions: what the check says of them, what is served, and what becomes of the files at the change."""

import pytest

from lms.content.adopting import adopted
from lms.content.check import check
from lms.content.reference import read_framework
from tests.factories.editions import NEXT, PHOTOS, PHOTOS_FILE, TABLE, next_table, with_next_edition
from tests.factories.library import SEALS_FILE, SUBSTANTIVE, small_courses

SEALS = "seal-security/seals"


def errors(files: dict[str, bytes]) -> list[tuple[str, str, int]]:
    return [(p.code, p.path, p.line) for p in check(files).problems if p.is_error]


def edited(path: str, old: str, new: str) -> dict[str, bytes]:
    """The small library with the next edition, and these words of one file changed."""
    files = with_next_edition(small_courses())
    text = files[path].decode()
    assert text.count(old) == 1, old
    return files | {path: text.replace(old, new).encode()}


def line_of(path: str, words: str) -> int:
    files = with_next_edition(small_courses())
    return files[path].decode().split(words)[0].count("\n") + 1


def at_2027(files: dict[str, bytes]) -> dict[str, bytes]:
    framework, _ = read_framework(files)
    assert framework is not None
    return adopted(files, framework, NEXT)


def test_what_is_of_another_edition_is_checked_by_it_and_served_nowhere() -> None:
    files = with_next_edition(small_courses())
    assert errors(files) == []
    library = check(files).library
    assert library is not None
    assert PHOTOS not in library.modules
    waiting = {q.id: q for q in library.modules[SEALS].questions}["seals-apart"]
    assert (waiting.edition, waiting.retired) == (NEXT, True)


def test_a_table_of_an_edition_is_checked_as_criteria_csv_is() -> None:
    name, level, formerly = (line_of(TABLE, words) for words in ("6.11,", "4.11,", "6.12,"))
    assert errors(edited(TABLE, "4.11,4,must", "4.11,4,often")) == [("F020", TABLE, level)]
    assert errors(edited(TABLE, "6.11,6,must", "6.7,6,must"))[0] == ("F012", TABLE, name)
    assert errors(edited(TABLE, ",6.1\n", ",6.99\n")) == [("F017", TABLE, formerly)]


def test_a_value_that_is_none_of_the_list_is_answered_with_the_choice() -> None:
    (problem,) = [p for p in check(edited(TABLE, "4.11,4,must", "4.11,4,often")).problems if p.is_error]
    assert problem.fix == "Write one of `must` and `should`."


def test_names_of_editions() -> None:
    files = small_courses()
    assert errors(files | {"editions/20 27.csv": next_table()}) == [("F006", "editions/20 27.csv", 1)]
    assert errors(files | {"editions/2019.csv": files["criteria.csv"]}) == [("F026", "editions/2019.csv", 1)]
    assert errors(files | {"editions/more/2027.csv": next_table()}) == [("F006", "editions/more/2027.csv", 1)]


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (PHOTOS_FILE, 'edition: "2027"', 'edition: "2028"', "F053"),
        (PHOTOS_FILE, "criteria: [6.11]", "criteria: [5.8]", "F017"),  # gone in the edition that the module is of
        (SEALS_FILE, "`edition: 2027`", "`edition: 2028`", "F053"),
        (SEALS_FILE, "`criteria: 6.2` `must` `edition: 2027`", "`criteria: 6.1` `must` `edition: 2027`", "F017"),
    ],
)
def test_what_points_to_an_edition_fits_it(path: str, old: str, new: str, code: str) -> None:
    found = errors(edited(path, old, new))
    assert (code, path, line_of(path, old)) in found


def test_a_module_links_to_none_of_another_edition() -> None:
    link = "Read [the pictures](photos.md) too. The seal goes on right after loading"
    files = edited(SEALS_FILE, "The seal goes on right after loading", link)
    assert [code for code, *_ in errors(files)] == ["F031"]
    assert errors(edited(PHOTOS_FILE, "The picture shows", "Read [on](seals.md). The picture shows")) == []


def test_the_next_edition_in_force() -> None:
    files = at_2027(with_next_edition(small_courses()))
    assert errors(files) == []
    library = check(files).library
    assert library is not None
    assert library.framework.program.edition == NEXT
    assert list(library.framework.editions) == ["2019"]
    assert PHOTOS in library.modules
    seals = library.modules[SEALS]
    assert seals.criteria == ("6.12", "6.2")
    assert {t.criterion for s in seals.sections for t in s.taught} == {"6.12", "6.2"}
    asked = {q.id: (q.criteria, q.retired) for q in seals.questions}
    assert asked["seals-log"] == (("6.12",), False)
    assert asked["seals-apart"] == (("6.2",), False)


def test_back_again_is_where_it_began() -> None:
    before = with_next_edition(small_courses())
    framework, _ = read_framework(at_2027(before))
    assert framework is not None
    assert adopted(at_2027(before), framework, "2019") == before


def test_only_numbers_of_modules_for_every_edition_are_changed() -> None:
    pinned = 'owner: trainer@demo.example\nedition: "2019"'
    files = edited(SEALS_FILE, "owner: trainer@demo.example", pinned)
    assert at_2027(files)[SEALS_FILE] == files[SEALS_FILE]
    assert at_2027(files)["04-cybersecurity/passwords.md"] == files["04-cybersecurity/passwords.md"]


def test_questions_of_another_edition_keep_their_numbers() -> None:
    files = edited(
        SEALS_FILE, "`criteria: 6.1` `must` `score: each`", "`criteria: 6.1` `must` `score: each` `edition: 2019`"
    )
    assert "`criteria: 6.1` `must` `score: each` `edition: 2019`" in at_2027(files)[SEALS_FILE].decode()


def test_a_new_number_is_an_editorial_change_and_translations_still_follow() -> None:
    files = edited(SEALS_FILE, *SUBSTANTIVE)
    library = check(files).library
    assert library is not None
    translation = files[SEALS_FILE].decode().replace("owner:", f"source: {library.modules[SEALS].fingerprint}\nowner:")
    for word, theirs in (("True", "Verdadero"), ("False", "Falso"), ("Summary card", "Tarjeta de resumen")):
        translation = translation.replace(word, theirs)
    files["06-seal-security/seals.es.md"] = translation.encode()
    before, after = check(files), check(at_2027(files))
    assert before.library is not None
    assert after.library is not None
    for found in (before.library, after.library):
        assert found.outdated(found.translations[SEALS, "es"]) is False
    assert (before.library.modules[SEALS].change, after.library.modules[SEALS].change) == ("substantive", "editorial")
    assert after.library.modules[SEALS].fingerprint != before.library.modules[SEALS].fingerprint
