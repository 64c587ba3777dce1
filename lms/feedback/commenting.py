"""What a page about comments is made of: the period, the criteria of its edition, and for whom the reader may comment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort
from sqlalchemy.orm import Session

from lms.accounts.guards import me
from lms.catalog.shelf import published
from lms.content.framework import Criterion, Framework
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.language import translated

from . import rules, service
from .models import Comment, CommentPeriod


@dataclass(frozen=True, slots=True)
class Desk:
    """`criteria` are those of the period's edition, `entities` the types for which the person may comment, by slug."""

    period: CommentPeriod
    criteria: Mapping[str, Criterion]
    entities: Mapping[str, str]


def framework() -> Framework:
    return published(db.session).library.framework


def today() -> date:
    return program_day(now())


def running(session: Session) -> list[CommentPeriod]:
    """The periods that take comments today."""
    known = framework()
    return rules.running(service.periods(session), {known.program.edition, *known.editions}, today())


def desk_of(period: CommentPeriod) -> Desk:
    """What the person signed in may comment on in a period: for the own company's entity types, or for all of them."""
    known = framework()
    edition = known.edition(period.edition)
    theirs = [slug for slug in service.entities_of(db.session, me().organization_id) if slug in known.entities]
    names = {slug: translated(known.entities[slug].name) for slug in theirs or known.entities}
    return Desk(period, edition.criteria if edition else {}, names)


def own(public_id: str, *, lock: bool = False) -> Comment:
    """The comment of the person signed in; 404 for any other."""
    return service.own(db.session, public_id, person_id=me().id, lock=lock) or abort(404)
