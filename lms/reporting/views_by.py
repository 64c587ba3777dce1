"""The program from another side: by field office, country, size and the like, and company by company."""

from flask import abort, render_template, request

from lms.accounts.guards import guard
from lms.accounts.permissions import Permission
from lms.core.database import db
from lms.schedule.service import current
from lms.web.paging import page_of

from . import charts, counting, service
from .blueprint import Figures, asked, bp, counted, figures_page
from .filters import DIMENSIONS, read_order
from .ledger import ALL

COMPANIES_A_PAGE = 25


@bp.get("/program/by/<dimension>")
@guard(Permission.SEE_PROGRAM)
def program_by(dimension: str) -> str:
    """Which offices, countries and the like are furthest behind?"""
    if dimension not in DIMENSIONS:
        abort(404)
    figures = figures_page("reporting/parts/by.html", lambda: _by(dimension))
    return render_template("reporting/figures_page.html", figures=figures)


def _by(dimension: str) -> Figures:
    question, schedule = asked("status"), current(db.session)
    narrowed = counting.topic_of(question.part.filters) != ALL
    phases = () if narrowed else tuple(p.number for p in schedule.phases)
    shown = service.broken_down(db.session, question, dimension, phases)
    return Figures(
        counting.steady(db.session, question.part, by=dimension),
        {
            "asked": question,
            "filters": question.part.filters,
            "shown": shown,
            "phases": [p for p in schedule.phases if shown.phases.get(p.number)],
            "dimension": dimension,
            "dimensions": DIMENSIONS,
            "bar": charts.bar,
            "counted": counted(shown.counted_at),
        },
    )


@bp.get("/program/companies")
@guard(Permission.SEE_PROGRAM)
def program_companies() -> str:
    """Which companies are furthest behind, or ahead, page by page."""
    figures = figures_page("reporting/parts/companies.html", _companies)
    return render_template("reporting/figures_page.html", figures=figures)


def _companies() -> Figures:
    question = asked("status")
    figures, at = service.total(db.session, question.part)
    order = read_order(request.args)
    page = page_of(request.args.get("page"), figures.companies, COMPANIES_A_PAGE)
    return Figures(
        counting.steady(db.session, question.part) and counting.of_whole_companies(question.part.filters),
        {
            "asked": question,
            "filters": question.part.filters,
            "total": figures,
            "order": order,
            "page": page,
            "companies": counting.companies(
                db.session, question.part, order=order, limit=page.size, offset=page.offset
            ),
            "entities": question.library.framework.entities,
            "dimensions": DIMENSIONS,
            "counted": counted(at),
        },
    )
