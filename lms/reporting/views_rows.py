"""The rows behind the numbers of the program, on pages and as files."""

from itertools import islice

from flask import Response, render_template, request

from lms.accounts.guards import guard
from lms.accounts.permissions import Permission
from lms.core.database import db

from . import service, tables
from .blueprint import asked, bp, csv, xlsx
from .exports import Table
from .rows import read_place, rows

ROWS_A_PAGE = 100


@bp.get("/program/rows")
@guard(Permission.SEE_PROGRAM)
def program_rows() -> str:
    """The people and modules behind a number."""
    question = asked()
    after = read_place(request.args.get("after", ""))
    total, _ = service.total(db.session, question.part)
    found = list(rows(db.session, question.part, after=after, limit=ROWS_A_PAGE + 1))
    return render_template(
        "reporting/program_rows.html",
        asked=question,
        filters=question.part.filters,
        total=total,
        after=after,
        rows=list(islice(found, ROWS_A_PAGE)),
        next=found[ROWS_A_PAGE - 1].place if len(found) > ROWS_A_PAGE else None,
        library=question.library,
    )


@bp.get("/program/rows.csv")
@guard(Permission.SEE_PROGRAM)
def program_rows_csv() -> Response:
    question = asked()
    found = tables.rows(rows(db.session, question.part), question.library)
    return csv("rows", question.part.filters.chosen.values(), tables.ROWS, found)


@bp.get("/program/rows.xlsx")
@guard(Permission.SEE_PROGRAM)
def program_rows_xlsx() -> Response:
    question = asked()
    found = tables.rows(rows(db.session, question.part), question.library)
    return xlsx("rows", question.part.filters.chosen.values(), (Table("Rows", tables.ROWS, found),))
