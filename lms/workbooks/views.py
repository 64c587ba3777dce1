"""Addresses of the room: the workbooks of every entity type, for everybody."""

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import public
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.certificates import designs
from lms.certificates.pdf import CannotDraw
from lms.content.framework import EntityType
from lms.core.clock import now
from lms.core.database import db
from lms.core.language import NAMES, Language, current_language, known, using
from lms.reporting.blueprint import XLSX
from lms.schedule.service import current

from . import service, sheet, views_assessment  # noqa: F401 - the last one adds its addresses
from .blueprint import bp
from .facts import Facts, facts

__all__ = ["bp"]


@bp.get("/workbooks/")
@public
def index() -> str:
    """The entity types, those of the reader's company first, and their files in a language and on a paper."""
    library, schedule = published(db.session).library, current(db.session)
    company = db.session.get(Organization, current_user.organization_id) if current_user.organization_id else None
    mine = company.entities if company else ()
    entities = sorted(library.framework.entities.values(), key=lambda entity: entity.slug not in mine)
    return render_template(
        "workbooks/index.html",
        rows=[(entity, facts(library, schedule, (entity.slug,))) for entity in entities],
        mine=mine,
        assesses=company is not None and current_user.may(Permission.RUN_COMPANY),
        language=_language(),
        paper=_paper(),
        papers=designs.PAPER_NAMES,
        languages=NAMES,
    )


@bp.get("/workbooks/<entity>.pdf")
@public
def pdf(entity: str) -> ResponseReturnValue:
    """To print and fill in by hand. Drawn once for what it says, some seconds long."""
    with using(_language()):
        kind, its = _of(entity)
        try:
            body, source = service.pdf(db.session, its, kind, _paper(), now=now())
        except CannotDraw as error:
            return render_template("workbooks/cannot_draw.html", entity=kind, advice=str(error)), 503
        response = _file(body, "application/pdf", its, kind, "pdf")
    response.set_etag(source)
    return response.make_conditional(request)


@bp.get("/workbooks/<entity>.xlsx")
@public
def xlsx(entity: str) -> Response:
    """To fill in, and to hand in again."""
    with using(_language()):
        kind, its = _of(entity)
        site = current_app.extensions["settings"].site_url
        return _file(sheet.workbook(its, kind, site=site, made_at=now()), XLSX, its, kind, "xlsx")


def _of(entity: str) -> tuple[EntityType, Facts]:
    library = published(db.session).library
    kind = library.framework.entities.get(entity) or abort(404)
    return kind, facts(library, current(db.session), (entity,))


def _file(body: bytes, mimetype: str, its: Facts, kind: EntityType, ending: str) -> Response:
    response = Response(body, mimetype=mimetype)
    name = f"msc-ready-workbook-{kind.slug}-{its.edition}-{current_language()}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _language() -> Language:
    """The one that the address names, else the reader's."""
    return known(request.args.get("language")) or current_language()


def _paper() -> designs.Paper:
    return designs.known(request.args.get("paper")) or "letter"
