"""What changed between two editions of the criteria, for everybody to read."""

from flask import render_template, request

from lms.accounts.guards import public
from lms.catalog.shelf import published
from lms.content.editions import diff, names
from lms.core.database import db
from lms.core.language import translated

from . import forms, views_desk  # noqa: F401 - the last one brings its addresses
from .blueprint import bp, telling

__all__ = ["bp"]


@bp.get("/criteria/changes/")
@public
def changes() -> str:
    """The newest edition against the one before it, or the two that are asked for."""
    framework = published(db.session).library.framework
    asked = forms.asked(request.args, framework)
    a, b = (framework.edition(name) for name in (asked.a, asked.b))
    return render_template(
        "editions/changes.html",
        framework=framework,
        asked=asked,
        editions=names(framework),
        choices=[(name, name) for name in names(framework)],
        entities=[(e.slug, translated(e.name)) for e in framework.entities.values()],
        changes=diff(a, b, framework, asked.entity or None) if a and b else (),
        **telling(),
    )
