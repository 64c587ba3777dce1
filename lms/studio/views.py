"""Addresses of the studio: modules and revisions, the editor, and what a revision changed."""

from collections import Counter
from dataclasses import replace
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.assessment.analysis import analyses
from lms.assessment.paper import asked_check
from lms.assessment.repairs import last_repairs
from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.models import Revision
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.learning import retraining
from lms.web.form import Errors
from lms.web.paging import page_of

from . import desk, forms, history, rules, service
from .desk import Desk, Place, place_at
from .items import DRAWN, ranked
from .service import Change
from .starter import starter

bp = Blueprint("studio", __name__)
bp.add_app_template_filter(asked_check, "asked")
bp.add_app_template_filter(desk.worded, "worded")

REVISIONS, QUESTIONS = 20, 50
LARGEST_FORM = 4 * 1024 * 1024
# A number in an address; one larger than a database can hold is no page at all.
ID = "int(max=2147483647)"
NOT_PUBLISHED = "Not published: errors stand against it. Your text is kept on this page; mend what is listed."


@bp.url_value_preprocessor
def whole_modules(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Let a trainer's text reach the check, which says what is over 1 MB, and the page, which keeps it."""
    if current_user.may(Permission.WRITE_COURSES):
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


@bp.get("/studio/")
@guard(Permission.WRITE_COURSES)
def home() -> str:
    """All modules with what the check warns of, the revisions, and the way of those who work in files."""
    shelf = published(db.session)
    page = page_of(request.args.get("page"), history.count(db.session), REVISIONS)
    return render_template(
        "studio/home.html",
        library=shelf.library,
        current=db.session.get_one(Revision, shelf.revision_id),
        warnings=Counter(p.path for p in service.problems_of(db.session, revision_id=shelf.revision_id)),
        entries=history.entries(db.session, offset=page.offset, limit=REVISIONS),
        page=page,
    )


@bp.get("/studio/new")
@guard(Permission.WRITE_COURSES)
def new() -> str:
    """Where a new module goes."""
    framework = published(db.session).library.framework
    return render_template("studio/new.html", framework=framework, named=forms.Named(None, ""), errors=Errors())


@bp.post("/studio/new")
@guard(Permission.WRITE_COURSES)
def create() -> ResponseReturnValue:
    """Open the editor on a text to begin with. Nothing is stored before it is published."""
    library = published(db.session).library
    named, errors = forms.named(request.form, library.framework)
    if named.category and f"{named.category.slug}/{named.name}" in library.modules:
        errors.add("name", "This category has a module of that name. Choose another name, or edit that module.")
    if errors or named.category is None:
        return render_template("studio/new.html", framework=library.framework, named=named, errors=errors), 422
    return redirect(url_for(".edit", slug=named.category.slug, name=named.name, new=1), 303)


@bp.get("/studio/modules/<slug>/<name>/")
@guard(Permission.WRITE_COURSES)
def edit(slug: str, name: str) -> str:
    """A module's text as it is published, beside what learners see; or the text that a new one begins with."""
    place = _place(slug, name)
    number = place.published.revision_id
    if place.module is not None:
        text = service.source(db.session, revision_id=number, path=place.path)
        return _page(desk.opened(place, text, service.problems_of(db.session, revision_id=number)))
    if "new" not in request.args:
        abort(404)
    text = starter(place.category, name, place.framework, me().email)
    changed = service.checked_change(db.session, base=number, path=place.path, text=text)
    return _page(desk.checked(place, changed))


@bp.post("/studio/modules/<slug>/<name>/")
@guard(Permission.WRITE_COURSES)
def change(slug: str, name: str) -> ResponseReturnValue:
    """Check the text that was typed; publish it when that was asked for and nothing stands against it."""
    place = _place(slug, name)
    typed, errors = forms.typed(request.form)
    changed = service.checked_change(db.session, base=typed.base, path=place.path, text=typed.text)
    here = desk.checked(place, changed, typed.message)
    if not typed.publish:
        return _page(here, errors)
    if changed.has_errors:
        errors.add("md_problems", NOT_PUBLISHED)
    if errors:
        return _page(here, errors), 422
    try:
        number, due = _publish(changed, typed.message)
        flash(f"Published as revision {number}. Learners read it from now on.{due}")
    except catalog.NothingNew:
        flash("Nothing was published: the site serves this text already.", "warning")
    except catalog.Unpublishable as error:
        errors.add("md_problems", NOT_PUBLISHED)
        return _page(desk.checked(place, replace(changed, problems=error.problems), typed.message), errors), 422
    except service.SameFileChanged as error:
        return _page(replace(here, clash=error.clash), errors), 409
    except catalog.FolderLags:
        errors.add("md_text", "Not published: somebody else published this very moment. Press Publish again.")
        return _page(here, errors), 409
    return redirect(url_for(".edit", slug=slug, name=name), 303)


@bp.post("/studio/modules/<slug>/<name>/preview")
@guard(Permission.WRITE_COURSES)
def preview(slug: str, name: str) -> str:
    """What learners would see and what the check says, for a page on which the text is being typed."""
    place = _place(slug, name)
    typed, _ = forms.typed(request.form)
    changed = service.checked_change(db.session, base=typed.base, path=place.path, text=typed.text)
    return render_template("studio/checked.html", desk=desk.checked(place, changed), checked_at=now())


@bp.get("/studio/items")
@guard(Permission.WRITE_COURSES)
def items() -> str:
    """Which questions fail, of all modules: those that are flagged first."""
    shelf = published(db.session)
    found = analyses(db.session, shelf, shelf.library.modules.values())
    listed = [one for one in ranked(found) if one.item.figures]
    return render_template(
        "studio/items.html",
        found=found,
        listed=listed,
        page=page_of(request.args.get("page"), len(listed), QUESTIONS),
        flagged=sum(one.flagged for one in found),
        repaired=last_repairs(db.session),
        **DRAWN,
    )


@bp.get("/studio/modules/<slug>/<name>/items")
@guard(Permission.WRITE_COURSES)
def module_items(slug: str, name: str) -> str:
    """What first attempts say about each question of a module."""
    place = _place(slug, name)
    module = place.module or abort(404)
    (analysis,) = analyses(db.session, place.published, [module])
    return render_template(
        "studio/module_items.html",
        analysis=analysis,
        listed=ranked([analysis]),
        entity_names={slug: entity.name for slug, entity in place.framework.entities.items()},
        repaired=last_repairs(db.session),
        **DRAWN,
    )


@bp.get(f"/studio/revisions/<{ID}:number>/")
@guard(Permission.WRITE_COURSES)
def revision(number: int) -> str:
    """Who published it, why, and which lines it changed."""
    found = db.session.get(Revision, number) or abort(404)
    return render_template(
        "studio/revision.html",
        revision=found,
        comparisons=history.comparisons(db.session, found),
        files=sorted(store.files_of(db.session, number)),
        is_current=number == published(db.session).revision_id,
    )


@bp.get(f"/studio/revisions/<{ID}:number>/files/<path:path>")
@guard(Permission.WRITE_COURSES)
def file(number: int, path: str) -> ResponseReturnValue:
    """One file of a revision, to keep."""
    content = store.file_content(db.session, number, path)
    if content is None:
        abort(404)
    kind = "text/plain" if rules.text_of(content) is not None else "application/octet-stream"
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=path.rsplit("/", 1)[-1])


def _place(slug: str, name: str) -> Place:
    place = place_at(published(db.session), slug, name)
    return place if place and forms.is_name(name) else abort(404)


def _publish(changed: Change, message: str) -> tuple[int, str]:
    """Publish, with the requirements and retraining that follow: the revision's number, and who is due once more in a sentence."""
    author, moment = me(), now()
    with transaction():
        revision = service.publish_change(
            db.session, changed, author=author.name, actor_id=author.id, message=message, now=moment
        )
        due = retraining.follow(db.session, revision, now=moment)
        return revision.id, f" People who must learn what changed: {due}." if due else ""


def _page(shown: Desk, errors: Errors | None = None) -> str:
    return render_template("studio/desk.html", desk=shown, errors=errors or Errors(), checked_at=now())
