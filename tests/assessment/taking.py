"""Whole attempts at the small library's seals, through the services that real people use."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.assessment import service
from lms.assessment.service import Sheet
from lms.core.database import transaction
from lms.learning import service as learning

from .answers import RIGHT, numbers
from .conftest import begin

MORNING = datetime(2026, 11, 2, 14, tzinfo=UTC)
# Seal class S is taken for right, and another answer is wrong: five points of seven, where six pass.
MISLED: dict[str, list[Any]] = {"seals-class": [2], "seals-iso": ["9001"]}


def take(session: Session, person: Person, responses: Mapping[str, list[Any]], at: datetime = MORNING) -> str:
    """The public id of an attempt begun and submitted at a moment, committed: all right but for these responses."""
    return hand_in(session, begin(session, person.id, person.organization_id, at=at), responses, at)


def hand_in(session: Session, sheet: Sheet, responses: Mapping[str, list[Any]], at: datetime) -> str:
    """Answer and submit an attempt that was begun."""
    with transaction():
        mine = service.find(session, public_id=sheet.public_id, person_id=sheet.person_id, to="submit")
        for question, response in (RIGHT | dict(responses)).items():
            service.save_answer(session, mine, number=numbers(mine)[question], response=response, now=at)
        service.submit(session, mine, now=at)
        learning.begin(session, person_id=sheet.person_id, module=sheet.module.key, now=mine.started_at)
    return sheet.public_id
