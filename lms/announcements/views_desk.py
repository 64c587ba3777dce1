"""Addresses with which staff write announcements, see them as members will, publish and withdraw them."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.content.framework import Framework
from lms.core import short
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.web.form import Errors
from lms.web.paging import page_of

from . import forms, reach, service
from .blueprint import bp
from .forms import Known, Typed
from .models import Announcement
from .reach import UNKNOWN
from .rules import SHOWN_DAYS, Words
from .service import AlreadyPublished, NoSuchAnnouncement, Written

PAGE_SIZE, PEOPLE = 50, 100
GONE = "It was published or withdrawn meanwhile, and is not changed any more. Nothing was saved."


@bp.get("/program/rollout/announcements/")
@guard(Permission.RUN_ROLLOUT)
def desk() -> str:
    """Drafts, and what was published with how many have read it."""
    total = db.session.scalar(select(func.count(Announcement.id))) or 0
    page = page_of(request.args.get("page"), total, PAGE_SIZE)
    newest = select(Announcement).order_by(Announcement.id.desc()).offset(page.offset).limit(page.size)
    found = db.session.scalars(newest).all()
    return render_template(
        "announcements/desk.html",
        announcements=found,
        page=page,
        read=reach.read_counts(db.session, [one.id for one in found]),
        framework=_framework(),
        audience_of=service.audience_of,
    )


@bp.get("/program/rollout/announcements/new")
@guard(Permission.RUN_ROLLOUT)
def new() -> ResponseReturnValue:
    day = program_day(now()) + timedelta(days=SHOWN_DAYS)
    return _form(Typed(shown_until=day.isoformat()), Errors())


@bp.post("/program/rollout/announcements/new")
@guard(Permission.RUN_ROLLOUT)
def create() -> ResponseReturnValue:
    return _save(None)


@bp.get("/program/rollout/announcements/<public_id>")
@guard(Permission.RUN_ROLLOUT)
def edit(public_id: str) -> ResponseReturnValue:
    """A draft with its form and how it will look; a published one with its figures."""
    found = _known(public_id)
    if found.published_at or found.withdrawn_at:
        return _figures(found)
    return _form(_typed(found), Errors(), found)


@bp.post("/program/rollout/announcements/<public_id>")
@guard(Permission.RUN_ROLLOUT)
def save(public_id: str) -> ResponseReturnValue:
    return _save(public_id)


@bp.post("/program/rollout/announcements/<public_id>/publish")
@guard(Permission.RUN_ROLLOUT)
def publish(public_id: str) -> ResponseReturnValue:
    try:
        with transaction():
            one = service.publish(db.session, public_id, actor_id=me().id, now=now())
            mailed = one.mailed
    except NoSuchAnnouncement:
        abort(404)
    except AlreadyPublished:
        flash("Somebody published it before you. Nothing was changed.", "warning")
    else:
        flash("Published. The mails go out now." if mailed else "Published. Members see it on their dashboards.")
    return redirect(url_for("announcements.edit", public_id=public_id))


@bp.post("/program/rollout/announcements/<public_id>/withdraw")
@guard(Permission.RUN_ROLLOUT)
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        with transaction():
            done = service.withdraw(db.session, public_id, actor_id=me().id, now=now())
    except NoSuchAnnouncement:
        abort(404)
    flash("Withdrawn. Members see it no more." if done else "It was withdrawn before. Nothing was changed.")
    return redirect(url_for("announcements.desk"))


@bp.get("/program/rollout/announcements/<public_id>/people")
@guard(Permission.RUN_ROLLOUT)
def people(public_id: str) -> str:
    """The rows behind the figures: whom it reaches, and who has read it when."""
    found, framework = _known(public_id), _framework()
    offices = _offices(framework)
    office = request.args.get("office", "")
    read = request.args.get("read", "")
    narrowed = {"office": office if office in offices else "", "read": read if read in ("yes", "no") else ""}
    page = page_of(request.args.get("page"), reach.count(db.session, found, **narrowed), PEOPLE)  # type: ignore[arg-type]
    return render_template(
        "announcements/people.html",
        one=found,
        people=reach.rows(db.session, found, offset=page.offset, limit=page.size, **narrowed),  # type: ignore[arg-type]
        page=page,
        offices=offices,
        **narrowed,
    )


def _framework() -> Framework:
    return published(db.session).library.framework


def _offices(framework: Framework) -> dict[str, str]:
    return {**{o.slug: o.name for o in framework.program.field_offices}, UNKNOWN: "No office given"}


def _known(public_id: str) -> Announcement:
    try:
        return service.get(db.session, public_id)
    except NoSuchAnnouncement:
        abort(404)


def _typed(found: Announcement) -> Typed:
    words = {"en": {"title": found.title, "body": found.body}} | found.translations
    audience = service.audience_of(found)
    return Typed(
        {language: one["title"] for language, one in words.items()},
        {language: one["body"] for language, one in words.items()},
        audience.entities,
        audience.offices,
        tuple(str(phase) for phase in audience.phases),
        found.mailed,
        found.shown_until.isoformat(),
    )


def _save(public_id: str | None) -> ResponseReturnValue:
    framework, found = _framework(), _known(public_id) if public_id else None
    offices = {office.slug for office in framework.program.field_offices}
    known = Known(framework.entities, offices, {phase.number for phase in framework.program.phases})
    value = forms.typed(request.form, known)
    words, day, errors = forms.read(value, program_day(now()), short.rendered)
    if errors:
        return _form(value, errors, found), 422
    others = {
        language: {"title": one.title, "body": one.body, "html": one.html}
        for language, one in words.items()
        if language != "en"
    }
    written = Written(words["en"], others, value.audience, value.mailed, day)
    try:
        with transaction():
            saved = service.save(db.session, public_id, written, by_id=me().id, now=now()).public_id
    except AlreadyPublished:
        flash(GONE, "warning")
        return redirect(url_for("announcements.edit", public_id=public_id))
    flash("Saved as a draft. Look at it below, then publish it.")
    return redirect(url_for("announcements.edit", public_id=saved))


def _form(value: Typed, errors: Errors, saved: Announcement | None = None) -> str:
    framework = _framework()
    return render_template(
        "announcements/form.html",
        value=value,
        errors=errors,
        saved=saved,
        texts=_texts(saved) if saved else (),
        reached=reach.before(db.session, service.audience_of(saved)) if saved else (0, 0),
        framework=framework,
    )


def _figures(found: Announcement) -> str:
    framework = _framework()
    return render_template(
        "announcements/figures.html",
        one=found,
        texts=_texts(found),
        audience=service.audience_of(found),
        by_office=reach.by_office(db.session, found),
        offices=_offices(framework),
        framework=framework,
    )


def _texts(found: Announcement) -> list[Words]:
    """What it says, in each language in which it was written."""
    others = [Words(one["title"], one["body"], one["html"], lang) for lang, one in found.translations.items()]  # type: ignore[arg-type]
    return [service.english(found), *others]
