"""The small readers: numbers, tables, slugs, plain text, nearest words, tags."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.grammar.csv import read_rows
from lms.content.grammar.numbers import EmptyRange, UnreadableNumber, as_text, read_range
from lms.content.grammar.tables import cells, is_ruler
from lms.content.grammar.tags import is_tag_line, read_tags
from lms.content.grammar.targets import read_target
from lms.content.grammar.text import nearest, plain, same, slug
from lms.content.problem import Report


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("7", "7", "7"),
        ("6 .. 8", "6", "8"),
        ("6..8", "6", "8"),
        ("-8 .. -6", "-8", "-6"),
        ("7 ± 0.5", "6.5", "7.5"),
        ("7 ± 5%", "6.65", "7.35"),
        ("-200 ± 5 %", "-210", "-190"),
        ("0.10", "0.1", "0.1"),
        ("-0", "0", "0"),
    ],
)
def test_a_number_is_an_exact_closed_range(text: str, low: str, high: str) -> None:
    assert tuple(Decimal(as_text(n)) for n in read_range(text)) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text", ["", "x", "1,5", "1e9", "7 +- 1", "7 ±", ".. 8", "1 .. 2 .. 3", "٣", "7 % ± 1", "0x10", "NaN"]
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(UnreadableNumber):
        read_range(text)


@pytest.mark.parametrize("text", ["8 .. 6", "6 .. 6", "7 ± 0", "7 ± -1", "0 ± 5%"])
def test_an_empty_range_is_said(text: str) -> None:
    with pytest.raises(EmptyRange):
        read_range(text)


@given(st.decimals(-1_000_000, 1_000_000, places=4), st.decimals("0.0001", 1000, places=4))
def test_a_range_around_a_number_has_it_in_the_middle(middle: Decimal, width: Decimal) -> None:
    low, high = read_range(f"{middle:f} ± {width:f}")
    assert (low + high) / 2 == middle
    assert Decimal(as_text(high)) - Decimal(as_text(low)) == 2 * width


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| a | b |", [("a", 3), ("b", 7)]),
        ("a | b", [("a", 1), ("b", 5)]),
        ("| | b |", [("", 3), ("b", 5)]),
        (r"| a \| b | c |", [(r"a \| b", 3), ("c", 12)]),
        ("| a |", [("a", 3)]),
    ],
)
def test_cells_know_their_columns(row: str, expected: list[tuple[str, int]]) -> None:
    assert [(cell.text, cell.column) for cell in cells(row)] == expected


def test_a_ruler_is_dashes_between_pipes() -> None:
    assert is_ruler("| --- | :-: |")
    assert not is_ruler("| --- | a |")
    assert not is_ruler("---")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Four moves: VVTT", "four-moves-vvtt"),
        ("¿Qué es?", "que-es"),
        ("Don't guess", "dont-guess"),
        ("7.5 -- and 7.6", "7-5-and-7-6"),
        ("日本", ""),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text(max_size=40))
def test_a_slug_is_its_own_slug(text: str) -> None:
    assert slug(slug(text)) == slug(text)


@pytest.mark.parametrize(
    ("markdown", "html", "expected"),
    [
        ("**Bold** and *so* on", "<strong>Bold</strong> and <em>so</em> on", "Bold and so on"),
        ("[link](https://a.example) end", '<a href="https://a.example">link</a> end', "link end"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        (r"5 \* 3", "5 * 3", "5 3"),
        ("snake_case `code`", "snake_case <code>code</code>", "snake_case code"),
    ],
)
def test_markdown_and_its_html_read_the_same(markdown: str, html: str, expected: str) -> None:
    assert same(markdown) == same(html)
    if "\\" not in markdown:
        assert plain(markdown) == plain(html) == expected


def test_the_nearest_criterion_is_in_the_same_category() -> None:
    known = ["5.9", "6.1", "6.7", "9.9"]
    assert nearest("6.99", known) == "6.7"
    assert nearest("6.0", known) == "6.1"
    assert nearest("2.1", known) is None
    assert nearest("seal-custodien", ["seal-custodian", "driver"]) == "seal-custodian"


def test_tags_know_the_places_of_their_values() -> None:
    report = Report("a.md")
    tags = read_tags(
        "`q: seal-class` `single`  `criteria: 6.1, 6.5` `must`", 7, report, ("q", "criteria"), ("single", "must")
    )
    assert report.problems == []
    assert [(tag.name, tag.value, tag.column) for tag in tags.values()] == [
        ("q", "seal-class", 5),
        ("single", "", 18),
        ("criteria", "6.1, 6.5", 38),
        ("must", "", 49),
    ]
    assert (tags["criteria"].words, tags["criteria"].column_of("6.5")) == (("6.1", "6.5"), 43)


def test_prose_with_code_is_no_line_of_tags() -> None:
    assert is_tag_line("`q: a` `single`")
    assert not is_tag_line("`code` is prose")
    assert not is_tag_line("text `q: a`")


@pytest.mark.parametrize(
    ("target", "kind", "path"),
    [
        ("https://a.example/b", "web", ""),
        ("http://a.example/", "other", "" ),
        ("#x", "heading", "06-a/m.md"),
        ("n.md", "module", "06-a/n.md"),
        ("../07-b/n.md#y", "module", "07-b/n.md"),
        ("../../n.md", "outside", "../n.md"),
        ("%2e%2e/%2e%2e/n.md", "outside", "../n.md"),
        ("/etc/passwd", "other", ""),
        ("n.txt", "other", "06-a/n.txt"),
        ("", "other", ""),
    ],
)  # fmt: skip
def test_targets(target: str, kind: str, path: str) -> None:
    found = read_target("06-a/m.md", target, image=False)
    assert (found.kind, found.path) == (kind, path)


def test_a_table_of_values_knows_the_place_of_each_cell() -> None:
    report = Report("a.csv")
    text = 'a,b\n1,"x, ""y""\nz"\n\n2,\nlast,"q"'
    rows = read_rows(text, ("a", "b"), report)
    assert report.problems == []
    assert [[(c.value, c.line, c.column) for c in row.cells.values()] for row in rows] == [
        [("1", 2, 1), ('x, "y"\nz', 2, 3)],
        [("2", 5, 1), ("", 5, 3)],
        [("last", 6, 1), ("q", 6, 6)],
    ]
