"""A whole site on a database of its own, with the courses that are shipped, for servers that are to be mistreated."""

from collections.abc import Iterator

import pytest

from bench.generator import NOBODY
from bench.sites import Site
from bench.sites import site as made
from tests.databases import Cluster


@pytest.fixture
def site(backend: str, request: pytest.FixtureRequest) -> Iterator[Site]:
    """On the database that `on_both` names."""
    if backend == "sqlite":
        with made(size=NOBODY) as on_sqlite:
            yield on_sqlite
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    cluster.execute("CREATE DATABASE faults")
    try:
        with made(cluster.url("faults"), NOBODY) as on_postgresql:
            yield on_postgresql
    finally:
        cluster.execute("DROP DATABASE faults WITH (FORCE)")
