"""The public pages of the room: the list of workshops, one of them, and its calendar file."""

from urllib.parse import urlsplit

from flask import Response, current_app, render_template, request
from flask_login import current_user

from lms.accounts.blueprint import offices
from lms.accounts.guards import public
from lms.accounts.mails import address
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db
from lms.core.language import NAMES, _, current_language, translated
from lms.web import calendars
from lms.web.paging import page_of

from . import chores, mails, rules, seats, service, views_attend, views_desk, views_figures, views_mine  # noqa: F401 - some of them register what they do
from .blueprint import bp, meeting_time, the_workshop
from .models import Registration, Workshop

__all__ = ["bp"]

ROWS = 20


@bp.get("/workshops/")
@public
def index() -> str:
    """Workshops ahead, or those that have begun; and those of the person signed in."""
    framework, moment = published(db.session).library.framework, now()
    named = offices(framework.program)
    choice = rules.read_choice(request.args, named, framework.entities)
    past = "past" in request.args
    page = page_of(request.args.get("page"), service.count(db.session, choice, past=past, now=moment), ROWS)
    me = _me()
    found = service.listed(db.session, choice, past=past, now=moment, person_id=me, offset=page.offset, limit=page.size)
    return render_template(
        "workshops/index.html",
        mine=service.of_person(db.session, me, now=moment) if me is not None and not past else (),
        listed=found,
        page=page,
        past=past,
        choice=choice,
        offices=named,
        entities=[(e.slug, translated(e.name)) for e in framework.entities.values()],
        languages=NAMES,
        is_over=lambda workshop: rules.is_over(workshop, moment),
    )


@bp.get("/workshops/<public_id>")
@public
def workshop(public_id: str) -> str:
    """One workshop: when, where, about what, the seats left; and what the person signed in has there."""
    found, moment, library = the_workshop(public_id), now(), published(db.session).library
    mine = _mine(found)
    modules = [library.module(key, current_language()) for key in found.reads if key in library.modules]
    return render_template(
        "workshops/workshop.html",
        workshop=found,
        framework=library.framework,
        office=offices(library.framework.program).get(found.office, found.office),
        modules=modules,
        taken=seats.seats_taken(db.session, found.id),
        waiting=seats.waiting(db.session, found.id),
        state=mine.state if mine else "",
        place=seats.place(db.session, mine) if mine and mine.state == "waiting" else 0,
        is_open=rules.is_open(found, moment),
        is_over=rules.is_over(found, moment),
        joins=_joins(found),
        languages=NAMES,
    )


@bp.get("/workshops/<public_id>.ics")
@public
def calendar(public_id: str) -> Response:
    """The workshop for a calendar. Only whoever has a seat learns the address at which an online one is joined."""
    found = the_workshop(public_id)
    host = urlsplit(current_app.extensions["settings"].site_url).hostname
    lines = [meeting_time(found), found.about]
    if found.cancelled_because:
        lines.insert(0, _("Cancelled: %(reason)s", reason=found.cancelled_because))
    if found.link and _joins(found):
        lines.append(_("Join online: %(link)s", link=found.link))
    happening = calendars.Happening(
        uid=f"workshop-{found.public_id}@{host}",
        title=found.title,
        begins=found.starts_at,
        ends=rules.ends_at(found),
        about="\n\n".join(lines),
        place=found.place or _("Online"),
        address=address("workshops.workshop", public_id=found.public_id),
        sequence=found.sequence,
        cancelled=found.cancelled_at is not None,
    )
    data = calendars.calendar(found.title, [happening], made_at=now())
    return calendars.response(data, f"workshop-{rules.local_time(found):%Y-%m-%d}.ics")


def _me() -> int | None:
    person_id: int | None = current_user.id if current_user.is_authenticated else None
    return person_id


def _mine(found: Workshop) -> Registration | None:
    """What the person signed in has there; None where it is given up."""
    me = _me()
    mine = None if me is None else seats.of(db.session, found.id, me)
    return mine if mine and mine.state != "cancelled" else None


def _joins(found: Workshop) -> bool:
    """Whether the reader is told how an online workshop is joined: with a seat, and staff."""
    mine = _mine(found)
    return (mine is not None and mine.state == "seat") or current_user.may(Permission.RUN_ROLLOUT)
