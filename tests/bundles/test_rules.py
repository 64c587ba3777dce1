import itertools
import unicodedata
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bundles import rules
from lms.certificates.numbers import new_number

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
FORBIDDEN = set('<>:"/\\|?*')
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}
numbers = st.integers().map(lambda seed: new_number(Random(seed)))


@given(st.text(), numbers)
def test_a_file_name_is_safe_everywhere(words: str, number: str) -> None:
    name = rules.file_name(words, number)
    assert name.endswith(f"{number}.pdf")
    assert not FORBIDDEN & set(name)
    assert name.count(".") == 1
    assert name[0] not in " -.~'"
    assert all(unicodedata.category(c)[0] in "LMN" or c in " -.'’" for c in name)
    assert name.split(".")[0].strip().upper() not in DEVICES
    assert len(name.encode()) <= 200


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Marisol Ejemplo - Category 6", "Marisol Ejemplo - Category 6 - 7KQ4.pdf"),
        ("O’Neil-Muñoz", "O’Neil-Muñoz - 7KQ4.pdf"),
        ("山田 太郎 - Category 6", "山田 太郎 - Category 6 - 7KQ4.pdf"),
        ("../../etc/passwd", "etc passwd - 7KQ4.pdf"),
        ("CON", "CON - 7KQ4.pdf"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "a fdp exe - 7KQ4.pdf"),
        ("<>", "7KQ4.pdf"),
    ],
)
def test_names_stay_as_people_write_them(words: str, expected: str) -> None:
    assert rules.file_name(words, "7KQ4") == expected


@given(st.integers(1, rules.MOST))
def test_chunks_draw_every_place_once(total: int) -> None:
    chunks = [rules.places(chunk) for chunk in range(rules.chunks(total))]
    assert chunks[0][0] == 1
    assert all(one[-1] + 1 == other[0] for one, other in itertools.pairwise(chunks))
    assert chunks[-1][0] <= total <= chunks[-1][-1]
    assert len(set(rules.keys(7, total))) == len(chunks)


@given(st.integers(1, 500), st.integers(1, 500), st.timedeltas(rules.MEASURED, timedelta(hours=9)))
def test_what_is_left_follows_from_the_pace(done: int, waiting: int, took: timedelta) -> None:
    left = rules.left(done, waiting, NOW, NOW + took)
    assert left is not None
    assert left / waiting == pytest.approx(took / done, abs=timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("done", "waiting", "last"),
    [(0, 9, NOW + timedelta(hours=1)), (5, 0, NOW + timedelta(hours=1)), (5, 5, NOW), (5, 5, None)],
)
def test_no_time_is_told_without_a_pace(done: int, waiting: int, last: datetime | None) -> None:
    assert rules.left(done, waiting, NOW, last) is None


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_only_who_asked_and_may_still_see_it_opens_it(asked: bool, sees: bool, runs: bool, same: bool) -> None:
    opens = rules.may_open(asked=asked, sees_program=sees, runs_company=runs, same_company=same)
    assert opens <= asked
    assert opens <= (sees or same)
    assert opens or not (asked and sees)
