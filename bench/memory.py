"""Memory of a web worker that has served pages for a while."""

from collections.abc import Iterator

from lms.core.clock import now
from lms.core.database import db, transaction

from .certificate import pss
from .figure import Figure
from .generator import drivers
from .pages import MODULE, PAGES
from .server import serving
from .sites import site

SERVED = 200
WORKERS = 3  # as gunicorn.conf.py has it


def run() -> Iterator[Figure]:
    with site() as small:
        with small.app.app_context(), transaction():
            person = drivers(db.session, 1, now())[0]
        cookie = small.visitor(person).cookie
        paths = [*PAGES.values(), f"{MODULE}quiz"]
        with serving(small, WORKERS) as server:
            for number in range(SERVED * WORKERS):
                status = server.get(paths[number % len(paths)], cookie)
                assert status == 200, f"{paths[number % len(paths)]} answered {status}"
            largest = max(pss(worker) for worker in server.workers)
    note = f"the largest of {WORKERS}, {SERVED} pages each"
    yield Figure("memory of a web worker, PSS", largest, "MiB", target=60.0, note=note)
