"""Who asks for many numbers that we never issued is guessing, and is asked to wait."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.accounts.rules import client_key

from .models import VerifyMiss

WINDOW = timedelta(minutes=15)
FREE = 20  # misses within the window


class TooManyMisses(Exception):
    """This client asked too often for numbers that we never issued; it is answered again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def admit(session: Session, client: str, *, now: datetime) -> None:
    """Raises TooManyMisses; call it before anything is looked up, so that known numbers answer as unknown ones do.

    `client` is an IP address. What is asked meanwhile is not counted, so the wait ends.
    """
    theirs = select(VerifyMiss.at).where(VerifyMiss.client == client_key(client), VerifyMiss.at > now - WINDOW)
    oldest_that_counts = session.scalar(theirs.order_by(VerifyMiss.at.desc()).offset(FREE - 1).limit(1))
    if oldest_that_counts is not None:
        left = oldest_that_counts + WINDOW - now
        raise TooManyMisses(-(-left // timedelta(seconds=1)))


def miss(session: Session, client: str, *, now: datetime) -> None:
    """Count a whole number that we never issued, and forget what is older than the window."""
    session.execute(delete(VerifyMiss).where(VerifyMiss.at <= now - WINDOW))
    session.add(VerifyMiss(client=client_key(client), at=now))
    session.flush()
