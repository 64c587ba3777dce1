"""Front page, dashboard, and reading: category, module, section, print."""

from datetime import date
from typing import TypedDict

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import identity
from lms.accounts.guards import me, public
from lms.accounts.identity import SignedIn
from lms.assessment.paper import asked_check
from lms.catalog.shelf import published
from lms.certificates import service as certificates
from lms.content.course import Module, Section
from lms.content.framework import Category, Framework
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import current_language
from lms.schedule import exemptions, path
from lms.schedule.exemptions import Known

from . import retraining, rules, service
from .rules import Standing
from .standing import Desk, arrive, desk

bp = Blueprint("learning", __name__)

# A browser that fetches ahead has not been read by anybody.
FETCHED_AHEAD = ("Sec-Purpose", "Purpose", "X-Moz")


@bp.get("/")
@public
def home() -> str:
    """Visitors: what this is. People: what is due, by when and why."""
    mine = _desk()
    if mine is None:
        library = published(db.session).library
        return render_template("learning/front.html", framework=library.framework, path=path)
    today = program_day(now())
    mine = _turned(mine, today)
    standings = list(mine.standings.values())
    remaining = rules.open_ones(standings)
    return render_template(
        "learning/dashboard.html",
        library=mine.published.library,
        rules=rules,
        standings=standings,
        first=remaining[0] if remaining else None,
        again=rules.once_more(remaining[1:]),
        phases=rules.by_phase(s for s in remaining[1:] if not s.again),
        complete=[s for s in rules.due_order(standings) if s.done],
        headline=rules.headline(standings, today),
        states=tuple(rules.category_states(standings).values()),
        revision=mine.published.revision_id,
        schedule_now=mine.schedule,
        day_now=today,
        entities=mine.entities,
        exempt=_exempt(mine),
        access_until=mine.access_until,
    )


@bp.get("/courses/<slug>/")
@public
def category(slug: str) -> str:
    """One category: its purpose, its criteria and its modules."""
    mine = _desk()
    library = (mine.published if mine else published(db.session)).library
    found = library.framework.category_by_slug(slug) or abort(404)
    theirs = {module.key for module in library.in_category(found.number)}
    return render_template(
        "learning/category.html",
        library=library,
        category=found,
        standings=mine.standings if mine else {},
        exempt=[one for one in _exempt(mine) if one.module in theirs] if mine else [],
        rules=rules,
        day_now=program_day(now()),
    )


@bp.get("/courses/<slug>/<name>/")
@public
def module(slug: str, name: str) -> str:
    """A module's first page: what it is about, its sections, and where to go on."""
    place = _place(slug, name)
    return render_template("learning/module.html", rules=rules, day_now=program_day(now()), **place)


@bp.get("/courses/<slug>/<name>/<anchor>/")
@public
def section(slug: str, name: str, anchor: str) -> ResponseReturnValue:
    """One section. Opening it is what is recorded: once, for people who are signed in, and not for a browser fetching ahead."""
    place = _place(slug, name)
    current: Section = place["module"].section(anchor) or abort(404)
    standing = place["standing"]
    if standing and anchor not in standing.opened and not any(h in request.headers for h in FETCHED_AHEAD):
        _open(place["module"], anchor)
        place = _place(slug, name)
    return render_template(
        "learning/section.html",
        section=current,
        asked_check=asked_check,
        rules=rules,
        day_now=program_day(now()),
        **place,
    )


@bp.get("/courses/<slug>/<name>/print")
@public
def print_module(slug: str, name: str) -> str:
    """The whole lesson on one page, for paper."""
    return render_template("learning/print.html", **_place(slug, name))


@bp.get("/courses/<slug>/<name>/card")
@public
def card(slug: str, name: str) -> str:
    """The summary card, on one sheet of paper."""
    place = _place(slug, name)
    if place["module"].card is None:
        abort(404)
    return render_template("learning/card.html", **place)


def _desk(module: str = "") -> Desk | None:
    """The reader's desk, None for a visitor. Who the reader is comes with it, in one statement (see `load_user`)."""
    g.desk_of = module
    if not current_user.is_authenticated:
        return None
    return g.pop("desk", None) or desk(db.session, me(), module)


def _exempt(mine: Desk) -> list[Known]:
    """What the reader is exempt from, with the reasons: a statement of its own for the few who are."""
    return exemptions.of_person(db.session, me().id, me().organization_id) if mine.exempt else []


def _turned(mine: Desk, today: date) -> Desk:
    """The desk with the refreshers of today: `flask daily` writes them for everybody, here whoever comes before it has them too."""
    program = mine.published.library.framework.program
    if not any(rules.turns(standing, today, program) for standing in mine.standings.values()):
        return mine
    with transaction():
        retraining.turn(db.session, program, today=today, person_id=me().id)
    return desk(db.session, me())


def load_user(session_id: str) -> SignedIn | None:
    """Flask-Login's question who is there: answered together with the desk where a page has asked for one."""
    if "desk_of" not in g:
        return identity.load(session_id)
    found = arrive(db.session, session_id, g.desk_of)
    if found is None:
        return None
    person, g.desk = found
    return person


class Place(TypedDict):
    """What a page about a module needs. `outdated`: a translation that follows an older English text."""

    module: Module
    category: Category
    framework: Framework
    standing: Standing | None
    revision: int
    outdated: bool


def _place(slug: str, name: str) -> Place:
    """The module at an address with what a page about it needs; 404 when there is none."""
    key = f"{slug}/{name}"
    mine = _desk(key)
    shelf = mine.published if mine else published(db.session)
    library = shelf.library
    found: Module = library.module(key, current_language()) or abort(404)
    return {
        "module": found,
        "category": library.framework.categories[found.category],
        "framework": library.framework,
        "standing": mine.standings.get(key) if mine else None,
        "revision": shelf.revision_id,
        "outdated": library.outdated(found),
    }


def _open(module: Module, anchor: str) -> None:
    moment, person = now(), me()
    shelf = published(db.session)
    with transaction():
        service.open_section(db.session, person_id=person.id, module=module.key, section=anchor, now=moment)
        certificates.complete(db.session, person_id=person.id, module=module, published=shelf, now=moment)
