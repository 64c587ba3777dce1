"""What a token is, and how long it works. Pure."""

from datetime import date, datetime, timedelta

from lms.core.clock import day_begins, program_day

# What every token begins with, so that one which got into a file or a log is recognized.
BEGINNING = "msc_"
# How much of a token is kept readable, to tell one from another.
HINT = 10
LONGEST_LIFE = timedelta(days=365)
LONGEST_NAME = 100


def latest_end(today: date) -> date:
    """The last day that may be chosen for a token made today."""
    return today + LONGEST_LIFE


def expires_at(last_day: date) -> datetime:
    """A token works to the end of its last day, a whole day in America/New_York."""
    return day_begins(last_day + timedelta(days=1))


def last_day(expires_at: datetime) -> date:
    """The day at whose end a token stops."""
    return program_day(expires_at) - timedelta(days=1)


def token_of(header: str) -> str | None:
    """The token of an Authorization header; None where there is none (RFC 6750)."""
    scheme, _, token = header.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
