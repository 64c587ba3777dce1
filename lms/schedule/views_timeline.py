"""The timeline of the program: the whole path, what to do now for a kind of company, and the calendar file."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import Response, render_template, request
from flask_login import current_user

from lms.accounts import organizations
from lms.accounts.guards import public
from lms.accounts.mails import address
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.content.framework import Framework
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.language import _, translated
from lms.feedback import rules as comments
from lms.feedback import service as feedback
from lms.web import calendars
from lms.web.calendars import Happening
from lms.workshops import rules as meetings
from lms.workshops import service as workshops

from . import forms, path, service
from .blueprint import bp
from .rules import Schedule
from .todo import Todo, todo

# As many workshops are looked through for one that is meant for the kind of company.
MOST_WORKSHOPS = 50


@bp.get("/timeline/")
@public
def timeline() -> str:
    """The whole path, where we are today, and what to do now; for the reader's own company unless another kind is asked for."""
    framework, mine = published(db.session).library.framework, _company()
    chosen = forms.kind(request.args, framework.entities, own=mine is not None)
    own = mine if chosen == forms.OWN else None
    entities = [e for e in (own.entities if own else (chosen,)) if e in framework.entities]
    kinds = [(slug, translated(entity.name)) for slug, entity in framework.entities.items()]
    return render_template(
        "schedule/timeline.html",
        framework=framework,
        path=path,
        kinds=[(forms.OWN, mine.name), *kinds] if mine else kinds,
        chosen=chosen,
        company=own.name if own else "",
        assesses=own is not None and current_user.may(Permission.RUN_COMPANY),
        entities=[framework.entities[e] for e in entities],
        todo=_todo(framework, entities, own.declined if own else ()) if entities else None,
    )


@bp.get("/timeline/calendar.ics")
@public
def calendar_file() -> Response:
    """Every day of the path, for a calendar, in the reader's language."""
    framework, schedule = published(db.session).library.framework, service.current(db.session)
    name = _("The updated Minimum Security Criteria")
    data = calendars.calendar(name, _happenings(framework, schedule, now()), made_at=now())
    return calendars.response(data, "timeline.ics")


def _company() -> Organization | None:
    """The company of whoever is signed in."""
    own = current_user.organization_id
    return organizations.get(db.session, own) if own else None


def _todo(framework: Framework, entities: Collection[str], declined: Collection[str]) -> Todo:
    moment = now()
    today, editions = program_day(moment), {framework.program.edition, *framework.editions}
    running = comments.running(feedback.periods(db.session), editions, today)
    return todo(
        published(db.session).library,
        service.current(db.session),
        today,
        entities=entities,
        declined=declined,
        comments_until=running[0].ends_on if running else None,
        workshop_on=_next_workshop(entities, moment),
    )


def _next_workshop(entities: Collection[str], moment: datetime) -> date | None:
    """The day, in its place, of the next workshop that is meant for one of the entity types."""
    ahead = workshops.listed(
        db.session, meetings.Choice(), past=False, now=moment, person_id=None, offset=0, limit=MOST_WORKSHOPS
    )
    for one in (listed.workshop for listed in ahead):
        if meetings.is_open(one, moment) and (not one.entities or set(one.entities) & set(entities)):
            return meetings.local_time(one).date()
    return None


def _happenings(framework: Framework, schedule: Schedule, moment: datetime) -> Iterator[Happening]:
    """Of one edition each has the same uid for ever; what is fetched later replaces what was fetched before."""
    page = address("schedule.timeline")
    host, minutes = urlsplit(page).hostname, int(moment.timestamp()) // 60

    def happening(key: str, title: str, begins: date, ends: date, about: str) -> Happening:
        uid = f"{framework.program.edition}.{key}@{host}"
        return Happening(uid, title, begins, ends, about, address=page, sequence=minutes)

    for step in schedule.steps:
        about = translated(path.STEP_CONTENT[step.slug])
        yield happening(step.slug, translated(path.STEP_NAMES[step.slug]), step.begins, step.ends, about)
    for phase in schedule.phases:
        about = ", ".join(f"{n} {translated(framework.categories[n].short_name)}" for n in phase.categories)
        title = _("Phase %(number)s is in force", number=phase.number)
        yield happening(f"phase-{phase.number}", title, phase.date, phase.date, about)
    day = schedule.enforcement_date
    yield happening(
        "enforcement", _("Enforcement"), day, day, _("From this day on, adherence to all criteria is expected.")
    )
