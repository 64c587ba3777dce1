"""Who registered and who was there: the roster, the sign-in sheet, and the pages behind its codes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.blueprint import offices
from lms.accounts.guards import guard, me
from lms.accounts.mails import address
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.certificates.pdf import CannotDraw
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, known, using
from lms.web.dates import clock_time, plural
from lms.web.form import Errors, text
from lms.web.paging import page_of

from . import attendance, closing, forms, roster, rules, seats, sheet, statistics  # noqa: F401 - the second one registers what it does
from .blueprint import bp, the_workshop
from .models import Registration, Workshop
from .seats import NoSuchPerson

ROWS = 50
NOBODY = "Nobody with access has this address. Check its spelling; who has no account makes one at /join first."
TOO_EARLY = "Attendance is taken from 30 minutes before the workshop on, and never of a cancelled one."


@bp.app_template_filter("at_place")
def at_place(moment: datetime, workshop: Workshop) -> str:
    """10:42 AM, by the clocks of its place."""
    return clock_time(moment, ZoneInfo(workshop.zone))


@bp.get("/program/rollout/workshops/<public_id>")
@guard(Permission.RUN_ROLLOUT)
def people(public_id: str) -> str:
    """The roster of a workshop, with its numbers."""
    return _roster(the_workshop(public_id), Errors())


@bp.post("/program/rollout/workshops/<public_id>/people")
@guard(Permission.RUN_ROLLOUT)
def add_person(public_id: str) -> ResponseReturnValue:
    """Register somebody by e-mail."""
    found, errors = the_workshop(public_id), Errors()
    try:
        with transaction():
            made = seats.add_person(db.session, found.id, text(request.form, "email"), by_id=me().id, now=now())
            said = (
                f"{made.person.name} has a seat." if made.state == "seat" else f"{made.person.name} waits for a seat."
            )
    except NoSuchPerson:
        errors.add("email", NOBODY)
        return _roster(the_workshop(public_id), errors), 422
    except seats.Closed:
        flash("Registration is closed since the workshop began. Mark people who came instead.", "error")
    else:
        flash(said)
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.post("/program/rollout/workshops/<public_id>/came")
@guard(Permission.RUN_ROLLOUT)
def came(public_id: str) -> ResponseReturnValue:
    """Mark somebody by e-mail who came without a seat."""
    found, errors = the_workshop(public_id), Errors()
    try:
        with transaction():
            mark = attendance.mark_by_email(db.session, found.id, text(request.form, "email"), by_id=me().id, now=now())
            name = mark.person.name
    except NoSuchPerson:
        errors.add("email", NOBODY)
        return _roster(the_workshop(public_id), errors), 422
    except attendance.NotOpen:
        flash(TOO_EARLY, "error")
    else:
        flash(f"{name} is marked as present.")
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.post("/program/rollout/workshops/<public_id>/marks")
@guard(Permission.RUN_ROLLOUT)
def marks(public_id: str) -> ResponseReturnValue:
    """The ticks of a page of the roster. What others marked since the page was made stays."""
    found = the_workshop(public_id)
    there, before = (forms.numbers(request.form.getlist(name)) for name in ("there", "before"))
    try:
        with transaction():
            done = attendance.tick(db.session, found.id, there=there, before=before, by_id=me().id, now=now())
    except attendance.NotOpen:
        flash(TOO_EARLY, "error")
    else:
        flash(f"Saved: {done.marked} marked as present, {done.taken_back} taken back.")
        if done.standing:
            flash(f"{plural(done.standing, 'mark')} cannot be taken back: the certificate was issued.", "warning")
    return redirect(url_for(".people", public_id=public_id, page=request.form.get("page")), 303)


@bp.get("/program/rollout/workshops/<public_id>/sign-in-sheet.pdf")
@guard(Permission.RUN_ROLLOUT)
def sign_in_sheet(public_id: str) -> ResponseReturnValue:
    """In the language of the workshop."""
    found = the_workshop(public_id)
    lines = [line for line in roster.lines(db.session, found.id) if line.code]
    codes = sheet.Codes(
        address("workshops.attend", public_id=public_id, code=found.code),
        {line.code: address("workshops.scan", public_id=public_id, code=line.code) for line in lines},
    )
    office = offices(published(db.session).library.framework.program).get(found.office, found.office)
    try:
        with using(known(found.language) or "en"):
            data = sheet.draw(found, lines, codes, office=office, made_at=now())
    except CannotDraw as error:
        current_app.logger.warning("A sign-in sheet cannot be drawn: %s", error)
        flash(f"The sheet cannot be drawn right now. For the people who run this site: {error}", "error")
        return redirect(url_for(".people", public_id=public_id), 303)
    response = Response(data, mimetype="application/pdf")
    response.headers["Cache-Control"] = "no-store"
    name = f"sign-in-sheet-{rules.local_time(found):%Y-%m-%d}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response


@bp.get("/workshops/<public_id>/attend/<code>")
@guard(Permission.LEARN)
def attend(public_id: str, code: str) -> str:
    """What the code on the sign-in sheet opens on a phone."""
    found, moment = _coded(public_id, code), now()
    mine = attendance.of(db.session, found.id, me().id)
    return render_template(
        "workshops/attend.html",
        workshop=found,
        mine=mine,
        opens_at=attendance.marking_opens(found),
        closes_at=attendance.phones_close(found),
        is_open=attendance.takes_marks(found, "phone", moment),
        is_early=moment < attendance.marking_opens(found),
    )


@bp.post("/workshops/<public_id>/attend/<code>")
@guard(Permission.LEARN)
def attended(public_id: str, code: str) -> ResponseReturnValue:
    """I am here."""
    found = _coded(public_id, code)
    try:
        with transaction():
            attendance.mark(db.session, found.id, me().id, "phone", by_id=me().id, now=now())
    except attendance.NotOpen:
        flash(_("You were not marked: attendance is closed."), "error")
    return redirect(url_for(".attend", public_id=public_id, code=code), 303)


@bp.get("/program/rollout/workshops/<public_id>/scan/<code>")
@guard(Permission.RUN_ROLLOUT)
def scan(public_id: str, code: str) -> str:
    """What the code beside a name opens on the phone of staff."""
    registration = _registration(public_id, code)
    return render_template(
        "workshops/desk_scan.html",
        workshop=registration.workshop,
        registration=registration,
        mark=attendance.of(db.session, registration.workshop_id, registration.person_id),
        is_open=attendance.takes_marks(registration.workshop, "scan", now()),
    )


@bp.post("/program/rollout/workshops/<public_id>/scan/<code>")
@guard(Permission.RUN_ROLLOUT)
def scanned(public_id: str, code: str) -> ResponseReturnValue:
    """Mark the person, or take the mark back."""
    registration = _registration(public_id, code)
    who = registration.workshop_id, registration.person_id
    try:
        with transaction():
            if "back" in request.form:
                attendance.take_back(db.session, *who, by_id=me().id, now=now())
            else:
                attendance.mark(db.session, *who, "scan", by_id=me().id, now=now())
    except attendance.NotOpen:
        flash(TOO_EARLY, "error")
    except attendance.HasCertificate:
        flash("The certificate was issued, so the mark stands.", "error")
    return redirect(url_for(".scan", public_id=public_id, code=code), 303)


def _coded(public_id: str, code: str) -> Workshop:
    """The workshop whose sheet says this code."""
    found = the_workshop(public_id)
    return found if found.code == code else abort(404)


def _registration(public_id: str, code: str) -> Registration:
    return roster.registered(db.session, public_id, code) or abort(404)


def _roster(workshop: Workshop, errors: Errors) -> str:
    moment, library = now(), published(db.session).library
    page = page_of(request.args.get("page"), roster.count(db.session, workshop.id), ROWS)
    (counted,) = statistics.of_workshops(db.session, Workshop.id == workshop.id, order=(), now=moment)
    return render_template(
        "workshops/desk_people.html",
        workshop=workshop,
        figures=counted.figures,
        lines=roster.lines(db.session, workshop.id, offset=page.offset, limit=page.size),
        page=page,
        errors=errors,
        typed=text(request.form, "email"),
        office=offices(library.framework.program).get(workshop.office, workshop.office),
        framework=library.framework,
        modules=[library.modules[key] for key in workshop.reads if key in library.modules],
        attend_at=address("workshops.attend", public_id=workshop.public_id, code=workshop.code),
        is_open=rules.is_open(workshop, moment),
        is_over=rules.is_over(workshop, moment),
        takes_marks=attendance.takes_marks(workshop, "roster", moment),
    )
