"""Addresses with which staff look at an edition before it is in force, and put it in force."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog import service as catalog
from lms.catalog.shelf import published
from lms.content.editions import diff
from lms.content.framework import Edition, Framework
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.web.dates import plural
from lms.web.paging import page_of

from . import counting, forms, service
from .blueprint import bp, telling
from .service import Outdated, Prospect

PAGE_SIZE = 50


@bp.get("/program/rollout/editions/")
@guard(Permission.RUN_ROLLOUT)
def desk() -> str:
    """Every edition, and what points to it."""
    shelf = published(db.session)
    return render_template(
        "editions/desk.html", pointing=service.pointing(db.session, shelf), framework=shelf.library.framework
    )


@bp.get("/program/rollout/editions/<a>/<b>")
@guard(Permission.RUN_ROLLOUT)
def compare(a: str, b: str) -> str:
    """What differs; from the edition in force, also who would learn what again."""
    framework = published(db.session).library.framework
    return _page(_edition(framework, a), _edition(framework, b))


@bp.post("/program/rollout/editions/<a>/<b>")
@guard(Permission.RUN_ROLLOUT)
def adopt(a: str, b: str) -> ResponseReturnValue:
    """Edition b in force in place of a."""
    framework = published(db.session).library.framework
    former, edition = _edition(framework, a), _edition(framework, b)
    if framework.program.edition != a or a == b:
        flash(f"Edition {framework.program.edition} is in force by now. Nothing was changed.", "warning")
        return redirect(url_for("editions.desk"))
    seen = forms.number(request.form.get("revision", ""))
    try:
        with transaction():
            due = service.adopt(db.session, b, seen=seen, author=me().name, actor_id=me().id, now=now())
    except Outdated:
        flash("Somebody published since you opened this page. Look at the new counts, then press again.", "warning")
        return _page(former, edition), 409
    except catalog.Unpublishable:
        return _page(former, edition), 422
    flash(
        f"Edition {b} is in force. {plural(due, 'module is', 'modules are')} to be taken again, counted for each person."
        " This number includes people whose access has ended."
    )
    return redirect(url_for("editions.desk"))


def _edition(framework: Framework, name: str) -> Edition:
    return framework.edition(name) or abort(404)


def _page(a: Edition, b: Edition) -> str:
    shelf = published(db.session)
    framework, library = shelf.library.framework, shelf.library
    from_force = a.name == framework.program.edition and b.name != a.name
    found = service.prospect(db.session, shelf, b.name) if from_force else Prospect((), None)
    counted = counting.counted(db.session, found.renewals, shelf.revision_id)
    page = page_of(request.args.get("page"), counted.companies, PAGE_SIZE)
    entity = request.args.get("entity", "")
    return render_template(
        "editions/compare.html",
        a=a,
        b=b,
        framework=framework,
        entity=entity if entity in framework.entities else "",
        changes=diff(a, b, framework, entity if entity in framework.entities else None),
        adoptable=from_force,
        found=found,
        counted=counted,
        page=page,
        companies=counting.companies(
            db.session, found.renewals, shelf.revision_id, offset=page.offset, limit=page.size
        ),
        first=counting.first_time(db.session, found.first, found.library or library),
        revision=shelf.revision_id,
        **telling(),
    )
