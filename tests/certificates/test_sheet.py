"""What a document prints."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.designs import PAPERS, design
from lms.certificates.rules import Record, Workshop
from lms.certificates.sheet import JOINERS, Sheet, day, missing_facts, number, printable, units
from lms.certificates.sheet import sheet as composed
from lms.core.language import LANGUAGES, Language

from .records import ATTENDANCE, CROWDED, PROGRAM, SITE, TRANSLATED, TYPICAL

WORDS = design(1).words
SPACE = "\u00a0"


def sheet(record: Record, language: Language = "en") -> Sheet:
    return composed(record, SITE, language=language, paper="letter")


def test_a_category_says_what_when_and_how_far_ahead() -> None:
    printed = sheet(TYPICAL)
    assert (printed.number, printed.check) == ("7KQ4 M2T9 XHDW", TYPICAL.number[-1])
    assert printed.heading == "Certificate of completion"
    assert printed.did == "read every required module and passed every quiz of"
    assert printed.facts == (
        "Category 10 of the CTPAT Minimum Security Criteria, edition 2019",
        f"Completed November 12, 2026, every quiz passed with 80{SPACE}% or better",
    )
    assert printed.ahead == "102 days ahead of the enforcement date, February 22, 2027"
    assert printed.topics == "Module: Who are you here to see?"
    assert printed.criteria == (("Must", "10.1 10.2"), ("Should", "10.8"))
    assert printed.foot == (
        "Check it at msc-ready.example/verify or scan the code. The PDF is signed.",
        "Issued November 12, 2026 (revision 14).",
        "Stands until November 12, 2027.",
    )
    assert (printed.ribs, printed.bolt) == ((10,), "one")


def test_the_program_lists_its_categories_and_counts_its_criteria() -> None:
    printed = sheet(PROGRAM)
    assert printed.title == "CTPAT Minimum Security Criteria"
    assert printed.facts[0] == "All six required categories, edition 2019"
    assert printed.topics.count(" · ") == 5
    assert printed.criteria == (("Criteria: 48 (must 48, should 0)", ""),)
    assert (printed.ribs, printed.bolt) == ((1, 2, 4, 5, 6, 12), "all")
    assert sheet(replace(PROGRAM, parts=PROGRAM.parts[:1])).facts[0] == "The one required category, edition 2019"


def test_an_attendance_says_attended_and_nothing_of_a_quiz() -> None:
    printed = sheet(ATTENDANCE)
    assert (printed.heading, printed.did) == ("Certificate of attendance", "attended the workshop")
    assert printed.title == "Seals and visitors at the gate"
    assert printed.facts == (
        "On the CTPAT Minimum Security Criteria, edition 2019",
        f"Held November 12, 2026, 2{SPACE}h{SPACE}30{SPACE}min, Laredo, Texas",
    )
    assert printed.topics == f"6{SPACE}Seal Security · 10{SPACE}Physical Access Controls"
    assert printed.criteria == (("Must", "6.1 10.1"), ("Should", "6.8"))
    assert "not tested" in printed.note
    assert (printed.ribs, printed.bolt) == ((6, 10), "")


@pytest.mark.parametrize(
    ("minutes", "language", "said"),
    [
        (45, "en", "45 minutes"),
        (60, "en", "1 hour"),
        (120, "en", "2 hours"),
        (60, "es", "1 hora"),
        (180, "fr", "3 heures"),
        (95, "fr", f"1{SPACE}h{SPACE}35{SPACE}min"),
    ],
)
def test_how_long_a_workshop_took(minutes: int, language: Language, said: str) -> None:
    printed = sheet(replace(ATTENDANCE, workshop=Workshop("Seals", "", minutes)), language)
    assert printed.facts[1].split(", ")[-2:] == [said, WORDS[language].online]


def test_spanish_says_it_in_spanish() -> None:
    printed = sheet(replace(TRANSLATED, renews="0" * 13), "es")
    assert printed.title == "Controles de acceso físico"
    assert printed.entities == "Autotransportistas EE. UU./México"
    assert printed.topics == "Módulo: ¿A quién viene a ver?"
    assert printed.facts == (
        "Categoría 10 de los Criterios Mínimos de Seguridad de CTPAT, edición 2019",
        f"Terminó el 12 de noviembre de 2026, con 80{SPACE}% o más en todos los cuestionarios",
    )
    assert printed.foot[2] == f"Vigente hasta el 12 de noviembre de 2027. Renueva 0000{SPACE}0000{SPACE}0000{SPACE}0."
    assert printed.document == "Constancia de finalización: Controles de acceso físico, Marisol Ejemplo"


def test_french_says_it_in_french_and_keeps_names_it_has_no_word_for() -> None:
    printed = sheet(TRANSLATED, "fr")
    assert printed.title == "Contrôles d'accès physique"
    assert printed.topics == f"Module{SPACE}: Who are you here to see?"
    assert printed.criteria == (("Obligatoires", "10.1 10.2"), ("Recommandés", "10.8"))
    assert printed.ahead == "102 jours avant la date d’application, le 22 février 2027"


@pytest.mark.parametrize(
    ("language", "first", "other", "thousands"),
    [
        ("en", "March 1, 2027", "December 31, 2026", "1,234"),
        ("es", "1 de marzo de 2027", "31 de diciembre de 2026", "1,234"),
        ("fr", "1er mars 2027", "31 décembre 2026", f"1{SPACE}234"),
    ],
)
def test_days_and_numbers_as_the_language_writes_them(
    language: Language, first: str, other: str, thousands: str
) -> None:
    words = WORDS[language]
    assert day(date(2027, 3, 1), words) == first
    assert day(date(2026, 12, 31), words) == other
    assert number(1234, words) == thousands


@pytest.mark.parametrize(("days", "said"), [(None, ""), (1, "1 day ahead of the enforcement date, February 22, 2027")])
def test_days_ahead_in_words(days: int | None, said: str) -> None:
    assert sheet(replace(TYPICAL, days_ahead=days)).ahead == said


def test_all_right_is_no_or_better() -> None:
    assert sheet(replace(TYPICAL, percent=100)).facts[1].endswith(f"with 100{SPACE}%")


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
    assert sheet(replace(TYPICAL, name=name)).name_size == size


def test_a_crowded_sheet_counts_its_lists() -> None:
    crowded = replace(CROWDED, name="W" * 200, organization="M" * 200)
    printed = sheet(crowded)
    assert printed.spacing == "full"
    assert (printed.entities, printed.topics) == ("Entity types: 13", "Modules: 12")
    assert printed.criteria == (("Criteria: 29 (must 20, should 9)", ""),)
    held = sheet(replace(crowded, workshop=Workshop("Seals " * 40, "Port " * 40, 60)))
    assert held.title.endswith(" …")
    assert held.facts[1].endswith(" …")


def test_blocks_move_closer_only_as_far_as_they_must() -> None:
    spacings = [sheet(replace(TYPICAL, modules=("A module with a name " * n,))).spacing for n in range(1, 19)]
    assert spacings == sorted(spacings, key=["", "snug", "close", "full"].index)
    assert spacings[0] == ""
    assert len(set(spacings)) > 1


NAMES = st.text(max_size=200)


@given(NAMES, st.sampled_from(LANGUAGES), st.sampled_from(PAPERS))
def test_a_name_is_never_cut(name: str, language: Language, paper: str) -> None:
    (chosen,) = (p for p in PAPERS if p == paper)
    printed = composed(replace(CROWDED, name=name), SITE, language=language, paper=chosen)
    assert printed.name == (printable(name) or WORDS[language].nameless)


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
    assert [sheet(replace(TYPICAL, name="🚚"), language).name for language in LANGUAGES] == [
        "Name without letters",
        "Nombre sin letras",
        "Nom sans lettres",
    ]


def test_widths_count_letters() -> None:
    assert units("") == 0
    assert units("王") == 2 * units("a")
    assert units("i") < units("a") < units("A") < units("W")


def test_missing_facts_are_named_whatever_the_language() -> None:
    english = f"{TYPICAL.number} marisol  EJEMPLO Sample\nFreight Lines Physical Access Controls November 12, 2026"
    assert missing_facts(TRANSLATED, english) == ("last valid day",)
    spanish = (
        f"{TYPICAL.number} Marisol Ejemplo Sample Freight Lines Controles de acceso físico 12 de noviembre de 2027"
    )
    assert missing_facts(TRANSLATED, spanish) == ("day of completion",)
    assert missing_facts(replace(TYPICAL, name="יעל"), "לעי") == (
        "number",
        "organization",
        "title",
        "day of completion",
        "last valid day",
    )
