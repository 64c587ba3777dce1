"""The criteria that people answer worst."""

from flask import render_template

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission, may
from lms.content.course import Module
from lms.content.library import Library
from lms.core.database import db

from . import counting, criteria, kept
from .blueprint import Figures, asked, bp, counted, figures_page
from .filters import DIMENSIONS, LABELS

# A criterion that was asked less often tells nothing yet.
LEAST = 5


@bp.get("/program/criteria")
@guard(Permission.SEE_PROGRAM)
def program_criteria() -> str:
    """What do people not know at the first try, by criterion?"""
    items = may(me().role, Permission.WRITE_COURSES)
    figures = figures_page("reporting/parts/criteria.html", lambda: _criteria(items=items), items)
    return render_template("reporting/figures_page.html", figures=figures)


def _criteria(*, items: bool) -> Figures:
    """`items`: whether criteria lead to the questions that people were asked, else to the modules."""
    question = asked(*(name for name in LABELS if name != "entity"))
    library, stored = question.library, kept.stored(db.session)
    found = criteria.worst(db.session, question.part.filters.entity, least=LEAST)
    known = [one for one in found if one.criterion in library.framework.criteria]
    return Figures(
        counting.steady(db.session, question.part),
        {
            "asked": question,
            "found": known,
            "criteria": library.framework.criteria,
            "modules": {one.criterion: _teaching(library, one.criterion) for one in known},
            "items": items,
            "least": LEAST,
            "dimensions": DIMENSIONS,
            "counted": counted(stored.counted_at) if stored else "Not counted yet",
        },
    )


def _teaching(library: Library, criterion: str) -> list[Module]:
    return [module for module in library.modules.values() if criterion in module.criteria]
