"""Promise 1: web workers killed with -9 under 24 learners lose and double nothing. `python -m bench faults` does it for longer."""

import random

import pytest

from bench.faults import storm
from bench.sites import Site
from tests.conftest import on_both

pytestmark = pytest.mark.slow

KILLS = 40


@on_both
def test_killing_workers_loses_and_doubles_nothing(site: Site) -> None:
    seed = random.SystemRandom().randrange(10_000)
    found = storm(site, KILLS, seed)
    assert found.findings.all == [], f"seed {seed}"
    assert [*found.fsck, *found.log] == [], f"seed {seed}"
    assert found.errors == 0, found.met
    assert found.kills >= KILLS
    assert found.met["broken"] > KILLS  # the kills hit requests
    assert min(found.answers, found.submissions) > 0
