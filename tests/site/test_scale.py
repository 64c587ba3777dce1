"""200 modules and 50,000 people: the learner's pages take as few statements as with 40 modules and 100 people."""

import pytest

from bench.generator import LARGE, SMALL
from bench.scale import MOST, statements
from bench.sites import site

pytestmark = pytest.mark.slow


def test_the_number_of_statements_does_not_grow() -> None:
    with site(size=SMALL) as small:
        few = statements(small)
    with site(size=LARGE) as large:
        many = statements(large)
    assert many == few
    assert max(many.values()) <= MOST
