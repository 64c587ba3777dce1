"""The catalog: courses, criteria, and the images of modules."""

import mimetypes

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import public
from lms.accounts.permissions import Permission
from lms.content import coverage as covering
from lms.content.glossary import glossary as terms
from lms.content.scope import concerns
from lms.core.database import db
from lms.core.language import current_language, translated

from . import store
from .forms import matches, read_filter
from .shelf import published

bp = Blueprint("catalog", __name__)

# An authored SVG opened by itself may draw, and nothing else.
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/courses/")
@public
def courses() -> str:
    """All categories by focus area, with their modules."""
    return render_template("catalog/courses.html", library=published(db.session).library)


@bp.get("/courses/<category>/images/<name>")
@public
def image(category: str, name: str) -> ResponseReturnValue:
    """A picture of the current revision; its address carries a hash, so it may be kept."""
    shelf = published(db.session)
    found = shelf.library.framework.category_by_slug(category) or abort(404)
    content = store.file_content(db.session, shelf.revision_id, f"{found.folder}/images/{name}")
    if content is None:
        abort(404)
    response = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response.headers["Content-Security-Policy"] = IMAGE_POLICY
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    return response


@bp.get("/criteria/")
@public
def criteria() -> str:
    """The criteria, filtered by entity type, level, category and words."""
    library = published(db.session).library
    wanted = read_filter(request.args, library.framework)
    found = [c for c in library.framework.criteria.values() if matches(c, wanted, library.framework)]
    return render_template(
        "catalog/criteria.html",
        framework=library.framework,
        wanted=wanted,
        found=found,
        entities=[(e.slug, translated(e.name)) for e in library.framework.entities.values()],
        categories=[
            (c.number, f"{c.number} {translated(c.short_name)}") for c in library.framework.categories.values()
        ],
    )


@bp.get("/criteria/coverage")
@public
def coverage() -> str:
    """Where every criterion is taught and asked: the entity types, or the matrix of one of them."""
    library = published(db.session).library
    return render_template(
        "catalog/coverage.html",
        library=library,
        entity=library.framework.entities.get(read_filter(request.args, library.framework).entity),
        covering=covering,
        found=covering.coverage(library),
    )


@bp.get("/criteria/<criterion_id>")
@public
def criterion(criterion_id: str) -> str:
    """One criterion: whom it concerns, where it is taught, where it is asked; for one entity type if the address names it."""
    library = published(db.session).library
    found = library.framework.criteria.get(criterion_id) or abort(404)
    entity = read_filter(request.args, library.framework).entity
    return render_template(
        "catalog/criterion.html",
        library=library,
        framework=library.framework,
        criterion=found,
        entities=[e for e in library.framework.entities.values() if concerns(found, library.framework, (e.slug,))],
        entity=library.framework.entities.get(entity),
        cells=covering.cells(covering.coverage(library), found, entity),
        authoring=current_user.may(Permission.WRITE_COURSES),
    )


@bp.get("/glossary/")
@public
def glossary() -> str:
    """Every term that a module explains, in the reader's language."""
    return render_template("catalog/glossary.html", entries=terms(published(db.session).library, current_language()))
