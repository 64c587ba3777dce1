"""Starting: what importing the app costs, and how soon the server answers."""

import sys
from collections.abc import Iterator

from lms.settings import ROOT

from .figure import Figure, of_middle
from .rounds import middle, program_cpu, ratio
from .server import serving
from .sites import SECRET, site

LIBRARIES = "import flask, flask_login, flask_sqlalchemy"
APP = "import app"
ROUNDS = 6
STARTS = 3


def run() -> Iterator[Figure]:
    environment = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite://", "PATH": ""}
    spent: dict[str, list[float]] = {APP: [], LIBRARIES: []}
    for _ in range(ROUNDS):
        for code, seconds in spent.items():
            seconds.append(program_cpu([sys.executable, "-c", code], cwd=ROOT, env=environment))
    found = ratio(spent[APP], spent[LIBRARIES])
    note = f"{middle(spent[APP]).median:.2f} s of CPU"
    yield of_middle("import app", found, "× its libraries", target=1.25, note=note)
    with site() as small:
        seconds = []
        for _ in range(STARTS):
            with serving(small) as server:
                seconds.append(server.ready_after)
    yield of_middle("start to ready", middle(seconds), "s", note="gunicorn, by the clock")
