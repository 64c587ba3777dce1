"""How gunicorn serves the site. PORT, and BIND where it is not this machine alone, come from the environment."""

import os
import socket
import sys
from typing import Any

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Browsers open connections ahead of need. A sync worker waits on each until it is killed; threads leave that to one poll.
worker_class = "gthread"
threads = 4
preload_app = True  # one import for all workers; no connection is open yet
timeout = 60
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# Two sites of one user would share its socket, and the first one to end takes it from the other.
control_socket_disable = True
errorlog = "-"
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """Refuse to listen where it would be unsafe or useless, with a sentence that says what to do."""
    from app import app
    from lms.core import database, language
    from lms.core.database import db
    from lms.health import why_not_serve

    language.preload()
    with app.app_context():
        reasons = why_not_serve(app, bind)
        db.session.remove()
        database.dispose()  # workers open connections of their own
    if _taken():
        reasons.append(f"Another program listens at {bind}. Stop it, or name another port: PORT=9000 make run.")
    if reasons:
        sys.exit("MSC Ready does not start. " + " ".join(reasons))


def _taken() -> bool:
    """Whether somebody answers at our address; gunicorn itself would try for five seconds and say so ten times."""
    host, _, port_number = bind.rpartition(":")
    with socket.socket() as probe:
        return port_number.isdigit() and host == "127.0.0.1" and probe.connect_ex((host, int(port_number))) == 0


def when_ready(_server: Any) -> None:
    """Say where the site is, and who may sign in when it is a demonstration."""
    from app import app
    from lms.core import database
    from lms.core.database import db
    from lms.demo import PASSWORD, sign_ins

    with app.app_context():
        demo = sign_ins(db.session)
        db.session.remove()
        database.dispose()
    print(f"\nMSC Ready is at {app.extensions['settings'].site_url}")
    if demo:
        print(f"Demo sign-ins, password {PASSWORD}:")
        print("\n".join(f"  {email:32} {what}" for email, what in demo), flush=True)
