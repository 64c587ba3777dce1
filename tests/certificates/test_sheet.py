"""What a certificate prints."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.sheet import JOINERS, NAMELESS, height, missing_facts, printable, sheet, units

from .records import CROWDED, PROGRAM, SITE, TYPICAL


def test_a_category_says_what_when_and_how_far_ahead() -> None:
    printed = sheet(TYPICAL, SITE)
    assert (printed.number, printed.check) == ("7KQ4 M2T9 XHDW", TYPICAL.number[-1])
    assert printed.scope == "Category 10 of the CTPAT Minimum Security Criteria, edition 2019"
    assert printed.completed == "Completed November 12, 2026, every quiz passed with 88 % or better"
    assert printed.ahead == "102 days ahead of the enforcement date, February 22, 2027"
    assert printed.topics == "Module: Who are you here to see?"
    assert printed.criteria.replace("\u00a0", " ").split("   ") == ["10.1 must", "10.2 must", "10.8 should"]
    assert printed.stands == "Issued November 12, 2026 (revision 14). Stands until November 12, 2027."
    assert printed.site == "msc-ready.example"
    assert printed.ribs == (10,)


def test_the_program_lists_its_categories_and_counts_its_criteria() -> None:
    printed = sheet(PROGRAM, SITE)
    assert printed.title == "CTPAT Minimum Security Criteria"
    assert printed.scope == "All six required categories, edition 2019"
    assert printed.topics.count(" · ") == 5
    assert printed.criteria == "48 criteria: 48 must, 0 should"
    assert printed.ribs == (1, 2, 4, 5, 6, 12)


@pytest.mark.parametrize(("days", "said"), [(None, ""), (1, "1 day ahead of the enforcement date, February 22, 2027")])
def test_days_ahead_in_words(days: int | None, said: str) -> None:
    assert sheet(replace(TYPICAL, days_ahead=days), SITE).ahead == said


def test_all_right_is_no_or_better() -> None:
    assert sheet(replace(TYPICAL, percent=100), SITE).completed.endswith("with 100 %")


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Marisol Ejemplo", ""),
        ("Alexander Konstantinopoulos-Wellington", "long"),
        ("a" * 61, "longer"),
        ("Maria Fernanda " * 13, "longest"),
        ("王小明" * 66, "tiny"),
        ("王小明", ""),
    ],
)
def test_long_names_are_set_smaller(name: str, size: str) -> None:
    assert sheet(replace(TYPICAL, name=name), SITE).name_size == size


def test_a_crowded_sheet_counts_its_lists() -> None:
    printed = sheet(CROWDED, SITE)
    assert printed.spacing == "full"
    assert (printed.entities, printed.topics) == ("13 entity types", "12 modules")
    assert printed.criteria == "29 criteria: 20 must, 9 should"


NAMES = st.text(max_size=200)


@given(NAMES, NAMES)
def test_no_name_makes_the_sheet_overflow(name: str, organization: str) -> None:
    assert height(sheet(replace(TYPICAL, name=name, organization=organization), SITE)) < 398


@pytest.mark.parametrize(
    "name",
    [
        "José Ñúñez-O’Brien",
        "Łukasz Żółć",
        "Nguyễn Thị Phương Thảo",
        "山田 太郎",
        "김민수",
        "محمد بن عبد الله",
        "יעל כהן־לוי",
        "Александра",
        "प्रिया शर्मा",
        "<b>Bobby</b>",
        "日本サンプル㈱",
        "Acme® & Sons™",
        "می\u200cخواهم",
    ],
)
def test_names_print_as_people_write_them(name: str) -> None:
    assert printable(name) == name


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Ana 🚚👩\u200d🚀 Pérez", "Ana Pérez"),
        ("Ana\x07\x00 Pérez\u202e", "Ana Pérez"),
        ("Ana\u200b\ufeff", "Ana"),
        ("Ana ❤️ 🇺🇸 👍🏽 3️⃣", "Ana 3"),
        ("Ana\n\tPérez  ", "Ana Pérez"),
        ("e\u0301", "é"),
        ("Z" + "\u0301" * 100, "Ź" + "\u0301" * 4),
        ("\ue000\U0010ffff", ""),
    ],
)
def test_what_no_certificate_prints_is_left_out(name: str, printed: str) -> None:
    assert printable(name) == printed


@given(st.text())
def test_printable_text_is_printable_and_stays_so(text: str) -> None:
    kept = printable(text)
    assert not [c for c in kept if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Cf") and c not in JOINERS]
    assert kept == kept.strip()
    assert printable(kept) == kept


def test_a_name_of_emoji_alone_is_said_so() -> None:
    assert sheet(replace(TYPICAL, name="🚚"), SITE).name == NAMELESS


def test_widths_count_letters() -> None:
    assert units("") == 0
    assert units("王") == 2 * units("a")
    assert units("i") < units("a") < units("A") < units("W")


def test_missing_facts_are_named() -> None:
    shown = f"{TYPICAL.number} marisol  EJEMPLO Sample\nFreight Lines Physical Access Controls November 12, 2026"
    assert missing_facts(TYPICAL, shown) == ("last valid day",)
    assert missing_facts(replace(TYPICAL, name="יעל"), "לעי") == (
        "number",
        "organization",
        "title",
        "day of completion",
        "last valid day",
    )
