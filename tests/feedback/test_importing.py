"""Comments out of the rows of a workbook: what would be sent, and why a row cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.feedback import importing, rules
from lms.feedback.rules import Words
from lms.roster.told import Unreadable
from lms.workbooks.layout import Filled, FilledRow

CRITERIA = {"6.1", "6.2", "6.3"}


def row(line: int, criterion: str = "6.2", kind: str = "unclear", comment: str = "Why?") -> FilledRow:
    return FilledRow(line, criterion, "met", "Our own note", kind, comment)


def read(*rows: FilledRow, sent_before: set[str] | frozenset[str] = frozenset()) -> tuple[importing.Row, ...]:
    filled = Filled("2019", "importers", "en", rows)
    return importing.read(filled, criteria=CRITERIA, entities={"importers"}, sent_before=sent_before)


def test_a_row_with_kind_and_comment_is_sent() -> None:
    assert read(row(7), row(8, "6.3", "", "")) == (importing.Row(7, Words("6.2", "importers", "unclear", "Why?")),)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (row(7, criterion="13.1"), "There is no criterion %(criterion)s in this edition."),
        (row(7, kind=""), "Choose in the column for the kind what the comment is about."),
        (row(7, kind="praise"), "“%(kind)s” is none of the choices."),
        (row(7, comment=" \n"), "The row has a kind and no comment."),
        (row(7, comment="x" * 1001), "The comment has %(length)s characters."),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_holds_up_no_other(broken: FilledRow, said: str) -> None:
    first, second = read(broken, row(8))
    assert first.problem
    assert first.told is not None
    assert said in first.told[0]
    assert (second.told, second.line) == (None, 8)


def test_what_was_sent_before_is_not_sent_again() -> None:
    known = {rules.digest(Words("6.2", "importers", "unclear", "Why?"))}
    again, other = read(row(7), row(8, comment="Why not?"), sent_before=known)
    assert again.told == [importing.BEFORE, {}]
    assert not again.problem
    assert other.told is None


def test_a_row_that_stands_there_twice_is_sent_once() -> None:
    told = [one.told for one in read(row(7), row(9, comment="Why? "))]
    assert told == [None, [importing.TWICE, {"line": 7}]]


def test_a_workbook_of_another_kind_of_company_or_without_a_comment_is_refused() -> None:
    for filled in (
        Filled("2019", "exporters", "en", (row(7),)),
        Filled("2019", "importers", "en", (row(7, "6.2", "", ""),)),
    ):
        with pytest.raises(Unreadable):
            importing.read(filled, criteria=CRITERIA, entities={"importers"}, sent_before=())


cells = st.text(max_size=30)
filled_rows = st.lists(
    st.builds(
        FilledRow,
        st.integers(6, 2000),
        st.sampled_from([*sorted(CRITERIA), "0.0"]),
        cells,
        cells,
        st.sampled_from([*rules.KINDS, "", "?"]),
        cells,
    ),
    max_size=20,
    unique_by=lambda one: one.line,
)


@given(filled_rows)
def test_every_row_that_says_something_is_accounted_for(rows: list[FilledRow]) -> None:
    says = [one.line for one in rows if one.kind or one.comment]
    if not says:
        with pytest.raises(Unreadable):
            read(*rows)
        return
    found = read(*rows)
    assert [one.line for one in found] == says
    new = [one.words for one in found if one.told is None]
    assert not any(words.missing for words in new)
    digests = {rules.digest(words) for words in new}
    assert len(digests) == len(new), "nothing would be sent twice"
    assert not [one for one in read(*rows, sent_before=digests) if one.told is None], (
        "the same file once more sends nothing"
    )
