"""P4: whoever works for a company is employed there now, and nobody was in two companies at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Employment, Person

from .reading import Reading
from .rules import Broken, side_by_side

_PEOPLE = select(Person.id, Person.organization_id, Person.disabled_at).order_by(Person.id)
_TIMES = select(
    Employment.person_id, Employment.id, Employment.organization_id, Employment.began_on, Employment.ended_on
).order_by(Employment.person_id, Employment.ended_on.is_(None), Employment.began_on, Employment.id)


def employments(read: Reading) -> Iterator[Broken]:
    """Who has a company and access has one employment that goes on, with this company. The times of a person follow each other."""
    for person_id, (people, times) in side_by_side(read.stream(_PEOPLE), read.stream(_TIMES)):
        for person in people:
            if what := _wrong_now(person, [time for time in times if time.ended_on is None]):
                yield Broken("person", {"id": person_id}, what)
        yield from _wrong_days(times)


def _wrong_now(person: Any, running: Sequence[Any]) -> str:
    if len(running) > 1:
        return f"{len(running)} employments go on"
    if running and running[0].organization_id != person.organization_id:
        return f"organization_id is {person.organization_id}, that of the employment is {running[0].organization_id}"
    if person.organization_id is not None and person.disabled_at is None and not running:
        return f"no employment with organization {person.organization_id} goes on"
    return ""


def _wrong_days(times: Sequence[Any]) -> Iterator[Broken]:
    last = None
    for time in times:
        if time.ended_on is not None and time.ended_on < time.began_on:
            yield Broken(
                "employment", {"id": time.id}, f"it ended on {time.ended_on}, before it began on {time.began_on}"
            )
        if last is not None and time.began_on < last:
            yield Broken(
                "employment", {"id": time.id}, f"it began on {time.began_on}, the one before it ended on {last}"
            )
        last = time.ended_on
