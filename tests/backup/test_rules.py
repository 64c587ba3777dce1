"""What a backup says of itself, and which one is refused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.backup.rules import FORMAT, Damaged, Manifest, from_json, objection

MADE = Manifest("sqlite", "0007", datetime(2026, 11, 24, 6, 0, tzinfo=UTC), 4096, "ab" * 32)


def test_a_manifest_survives_its_file() -> None:
    assert from_json(MADE.to_json()) == MADE


@given(st.binary(max_size=60))
def test_whatever_is_no_manifest_is_told_as_damage(data: bytes) -> None:
    with pytest.raises(Damaged):
        from_json(data)


def test_a_backup_goes_only_where_it_fits() -> None:
    assert objection(MADE, "sqlite", {"0006", "0007"}) == ""
    assert "newer version" in objection(MADE, "sqlite", {"0005", "0006"})
    assert "newer version" in objection(replace(MADE, format=FORMAT + 1), "sqlite", {"0007"})
    assert "PostgreSQL" in objection(MADE, "postgresql", {"0007"})
