"""How problems are ordered and written."""

import json
from pathlib import Path

from lms.content.codes import CODES
from lms.content.problem import MOST_OF_A_KIND, Problem, Report, in_order, render, shown

ONE = Problem("06-seal-security/a.md", 12, 3, "F017", "error", "There is no criterion `6.99`.", "Did you mean `6.7`?")
TWO = Problem("06-seal-security/a.md", 2, 9, "W004", "warning", "100% of it, said: no.", "Line\nbreak.")


def test_text_is_one_line_with_place_code_message_and_fix() -> None:
    line = "06-seal-security/a.md:12:3: F017 error: There is no criterion `6.99`. Did you mean `6.7`?\n"
    assert render([ONE], "text") == line
    assert render([ONE], "text", "courses") == "courses/" + line


def test_json_is_one_document_with_relative_paths() -> None:
    assert json.loads(render([], "json")) == []
    assert json.loads(render([ONE], "json", "/somewhere/courses")) == [
        {
            "path": "06-seal-security/a.md",
            "line": 12,
            "column": 3,
            "code": "F017",
            "severity": "error",
            "message": "There is no criterion `6.99`.",
            "fix": "Did you mean `6.7`?",
        }
    ]


def test_github_commands_are_escaped() -> None:
    assert render([TWO], "github", "a,b:c%") == (
        "::warning file=a%2Cb%3Ac%25/06-seal-security/a.md,line=2,col=9,title=W004::100%25 of it, said: no. Line%0Abreak.\n"
    )


def test_order_is_by_file_line_and_column_and_each_problem_counts_once() -> None:
    assert in_order([ONE, TWO, ONE]) == (TWO, ONE)
    assert in_order([TWO, ONE]) == in_order([ONE, TWO])


def test_a_file_of_one_mistake_is_not_shown_a_million_times() -> None:
    report = Report("a.md")
    for line in range(1, 1000):
        report.add("F003", line, 1, "Tab.", "Space.")
    report.add("F030", 1000, 1, "HTML.", "Markdown.")
    assert len(report.problems) == MOST_OF_A_KIND + 1


def test_authored_text_cannot_break_a_message() -> None:
    assert shown("a\nb\x1b[31m\u202e" + "x" * 100) == "a\ufffdb\ufffd[31m\ufffd" + "x" * 48 + "..."


def test_every_code_is_a_letter_of_its_class_and_three_digits() -> None:
    assert all(len(code) == 4 and code[0] in "FQAPRTW" and code[1:].isdecimal() for code in CODES)
    assert {code for code in CODES if code[0] == "W"} <= {c for c, what in CODES.items() if what.severity == "warning"}


def test_the_document_lists_every_code_as_the_table_does() -> None:
    text = (Path(__file__).parents[2] / "docs" / "check-codes.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and line[2:6] in CODES]
    assert sorted(rows) == sorted(f"| {code} | {what.severity} | {what.means} |" for code, what in CODES.items())
