"""What the check finds between files, and the library that it gives."""

import pytest

from lms.content.check import check

from .samples import GOOD, IMAGE, IMAGE_PATH, PATH, REFERENCE, check_text, files_with

OTHER = "07-procedural-security/other.md"
OTHER_TEXT = GOOD.replace("q: good-", "q: other-").replace("(images/moves.svg", "(../06-seal-security/images/moves.svg")


def found(files: dict[str, bytes]) -> list[tuple[str, str, int, int]]:
    """Code and place of the errors."""
    return [(p.code, p.path, p.line, p.column) for p in check(files).problems if p.is_error]


def test_a_good_folder_is_a_library() -> None:
    checked = check(files_with(GOOD, **{OTHER: OTHER_TEXT.encode()}))
    assert checked.problems == ()
    assert checked.library is not None
    assert list(checked.library.modules) == ["seal-security/good", "procedural-security/other"]


def test_a_round_trip_keeps_every_part_of_a_module() -> None:
    library = check_text(GOOD).library
    assert library is not None
    module = library.modules["seal-security/good"]
    assert (module.title, module.category, module.slug) == ("Seals that tell the truth", 6, "good")
    assert (module.path, module.language, module.level) == (PATH, "en", "personnel")
    assert module.criteria == ("6.1", "6.2", "7.5")
    assert (module.entities, module.functions) == (None, ("driver", "loader", "seal-custodian"))
    assert (module.minutes, module.pass_mark, module.change, module.asked) == (25, 80, "editorial", 3)
    assert module.summary == "A trailer stands at dock 4. Its seal is whole, and its number is wrong."
    assert [(s.anchor, s.title, s.line) for s in module.sections] == [
        ("what-a-seal-does", "What a seal does", 17),
        ("when-it-is-broken", "When it is broken", 50),
    ]
    assert [(t.criterion, t.anchor, t.line) for s in module.sections for t in s.taught] == [
        ("6.1", "c6.1-1", 19),
        ("6.2", "c6.2-1", 29),
        ("7.5", "c6.2-1", 29),
        ("6.2", "c6.2-2", 55),
    ]
    assert [check.id for check in module.sections[0].checks] == ["good-check"]
    assert [(pool.name, pool.draw, pool.shuffle_questions, pool.shuffle_answers) for pool in module.pools] == [
        ("Quiz", 3, True, True)
    ]


def test_the_pass_rule_and_the_time_limit_are_optional() -> None:
    def rules_of(text: str) -> tuple[bool, int]:
        checked = check_text(text)
        assert checked.library is not None, checked.problems
        module = checked.library.modules["seal-security/good"]
        return module.must_all, module.time_limit

    assert rules_of(GOOD) == (False, 0)
    assert rules_of(GOOD.replace("pass: 80\n", "pass: 80\nmust: all\ntime: 20\n")) == (True, 20)


def test_a_round_trip_keeps_every_kind_of_answer() -> None:
    library = check_text(GOOD).library
    assert library is not None
    questions = {q.id: q for q in library.modules["seal-security/good"].questions}
    single = questions["good-class"]
    assert [(o.text, o.right, o.last) for o in single.options] == [
        ("I", False, False),
        ("H", True, False),
        ("S", False, False),
        ("None of the letters", False, True),
    ]
    assert (single.options[2].feedback, single.hint, single.why) == (
        "One step too low.",
        "Three classes exist.",
        "Only class H is enough.",
    )
    assert (single.html, single.level, single.points) == ("Look at the seal on the **left** door.", "must", 1)
    assert (questions["good-read"].criteria, questions["good-read"].score) == (("6.2", "7.5"), "each")
    assert [(p.left, p.right) for p in questions["good-match"].pairs][1:] == [
        ("The bolt unscrews", "Twist and turn"),
        ("", "Smell"),
    ]
    assert questions["good-order"].items == ("View the seal", "Verify the number", "Tug the seal")
    assert [o.text for o in questions["good-short"].options if o.right] == ["ISO 17712", "17712"]
    assert [(r.low, r.high, r.right) for r in questions["good-number"].ranges] == [("4", "4", True), ("2", "3", False)]
    assert questions["good-number"].unit == "digits"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain, other = check_text(GOOD), check_text(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert other.problems == ()
    assert plain.library is not None
    assert other.library is not None
    before, after = plain.library.modules["seal-security/good"], other.library.modules["seal-security/good"]
    assert (before.sections, before.pools) == (after.sections, after.pools)
    assert before.digest != after.digest


def test_bytes_that_are_not_utf8_are_placed_by_character() -> None:
    data = GOOD.encode().replace(b"A trailer stands", "é A trailer".encode() + b"\xe9 stands")
    assert found(files_with(data)) == [("F001", PATH, 13, 12)]


def test_an_id_used_in_two_files_names_both_places() -> None:
    files = files_with(GOOD, **{OTHER: OTHER_TEXT.replace("q: other-late", "q: good-late").encode()})
    (problem,) = check(files).problems
    line = GOOD[: GOOD.index("q: good-late")].count("\n") + 1
    assert (problem.code, problem.path, problem.line, problem.column) == ("Q019", OTHER, line, 5)
    assert f"{PATH} on line {line}" in problem.message


@pytest.mark.parametrize("other", ["06-seal-security/good.en.md", "06-seal-security/GOOD.md"])
def test_two_modules_with_one_address(other: str) -> None:
    codes = [(code, path) for code, path, _, _ in found(files_with(GOOD, **{other: OTHER_TEXT.encode()}))]
    assert ("F009", max(other, PATH)) in codes


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("06-seal-secruity/good.md", "F005"),
        ("drafts/good.md", "F005"),
        ("06-seal-security/Good one.md", "F006"),
        ("06-seal-security/images.md", "F006"),
        ("06-seal-security/parts/good.md", "F006"),
        ("good.md", "F006"),
        ("programs.yml", "F006"),
        ("06-seal-security/good.de.md", "F007"),
        ("06-seal-security/../good.md", "F008"),
        ("/good.md", "F008"),
    ],
)
def test_a_path_that_the_site_cannot_use(path: str, code: str) -> None:
    files = {**REFERENCE, IMAGE_PATH: IMAGE, path: GOOD.replace("(images/", "(../06-seal-security/images/").encode()}
    assert [p for p in found(files) if p[0] == code] == [(code, path, 1, 1)]


def test_an_unknown_folder_suggests_the_nearest() -> None:
    problems = check(files_with(GOOD, "06-seal-secruity/good.md")).problems
    assert "Did you mean `06-seal-security`?" in [p.fix for p in problems if p.code == "F005"]


def test_links_to_other_modules_reach_their_sections() -> None:
    def linked(target: str) -> list[tuple[str, str, int, int]]:
        text = GOOD.replace("(#when-it-is-broken)", f"(../07-procedural-security/other.md{target})")
        return found(files_with(text, **{OTHER: OTHER_TEXT.encode()}))

    line = GOOD[: GOOD.index("- Tell [dispatch]")].count("\n") + 1
    assert linked("") == []
    assert linked("#what-a-seal-does") == []
    assert linked("#do-not") == [("F032", PATH, line, 19)]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "F037"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "F037"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><use href='https://x.example/a.svg#a'/></svg>", "F037"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><rect fill='url(https://x.example/)'/></svg>", "F037"),
        ("a.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>", "F037"),
        ("a.svg", b"<html/>", "F037"),
        ("a.svg", b"<svg", "F037"),
        ("a.png", b"GIF89a", "F037"),
        ("a.exe", b"MZ", "F006"),
        ("A b.svg", IMAGE, "F006"),
        ("a.svg", b" " * 1_000_001, "F004"),
    ],
)
def test_an_image_that_is_not_only_a_picture(name: str, data: bytes, code: str) -> None:
    path = f"06-seal-security/images/{name}"
    problems = found(files_with(GOOD, **{path: data}))
    assert {(p[0], p[1]) for p in problems} == {(code, path)}


def test_problems_of_all_files_come_in_one_pass() -> None:
    files = files_with(
        GOOD.replace("{6.1}", "{6.77}"),
        **{
            OTHER: OTHER_TEXT.replace("- [x] H", "- [ ] H").encode(),
            "program.yml": REFERENCE["program.yml"].replace(b"pass_mark: 80", b"pass_mark: 800"),
        },
    )
    assert [(code, path) for code, path, _, _ in found(files)] == [
        ("F049", PATH),  # without a framework only the front matter can be asked
        ("A001", OTHER),
        ("F016", "program.yml"),
    ]
    files["program.yml"] = REFERENCE["program.yml"]
    assert [(code, path) for code, path, _, _ in found(files)] == [("F017", PATH), ("A001", OTHER)]


def test_the_order_of_the_files_does_not_matter() -> None:
    files = files_with(GOOD.replace("{6.1}", "{6.77}"), **{OTHER: OTHER_TEXT.replace("- [x] H", "- [ ] H").encode()})
    assert check(files).problems == check(dict(reversed(files.items()))).problems


def test_an_error_hides_no_other_error_and_no_warning_of_its_file() -> None:
    text = (
        GOOD.replace("minutes: 25", "minutes: long")
        .replace("{7.5}", "")
        .replace("> **Why:** Only class H is enough.\n", "")
    )
    problems = check_text(text[: text.index("### Which of these")].replace("`draw: 3`", "`draw: 1`")).problems
    assert {p.code for p in problems} == {"F015", "W004", "W005", "W007", "W008", "W009"}
