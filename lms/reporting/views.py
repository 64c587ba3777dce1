"""Statistics of the program for its staff, and of one company for its coordinator."""

from collections.abc import Iterable, Iterator, Sequence

from flask import Blueprint, Response, abort, render_template, request, send_file, stream_with_context

from lms.accounts.guards import guard, me
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.content.library import Library
from lms.core.cells import Cell, csv_text
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.language import translated
from lms.schedule.rules import EVERYONE
from lms.schedule.service import current
from lms.web.paging import page_of

from . import charts, exports, figures, records, roster, service, tables
from .exports import Table
from .filters import Filters, read_choice, read_order
from .records import NoSuchMember
from .requirements import Slice
from .rows import rows
from .rules import percent
from .service import Question

bp = Blueprint("reporting", __name__)

# A number in an address; one larger than a database can hold is no page at all.
ID = "int(max=2147483647)"
COMPANIES_A_PAGE = 25
ROWS_A_PAGE = 100
PEOPLE_A_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _library() -> Library:
    return published(db.session).library


def _asked(*without: str) -> Question:
    """The question of this address."""
    library = _library()
    return service.question(
        db.session, request.args, library, current(db.session), today=program_day(now()), without=without
    )


@bp.get("/program/")
@guard(Permission.SEE_PROGRAM)
def program() -> str:
    """Will everybody be trained before the date, and where not?"""
    asked, schedule = _asked("status"), current(db.session)
    shown = service.overview(db.session, asked, schedule)
    order = read_order(request.args)
    page = page_of(request.args.get("page"), shown.companies, COMPANIES_A_PAGE)
    return render_template(
        "reporting/program.html",
        asked=asked,
        filters=asked.part.filters,
        shown=shown,
        drawings=charts.drawings(shown.curve, schedule),
        bar=charts.bar,
        says=charts.says(shown.curve),
        order=order,
        page=page,
        companies=list(figures.companies(db.session, asked.part, order=order, limit=page.size, offset=page.offset)),
        entities=asked.library.framework.entities,
        counted_at=now(),
        percent=percent,
    )


@bp.get("/program/export.csv")
@guard(Permission.SEE_PROGRAM)
def program_csv() -> Response:
    asked = _asked("status")
    header, lines = tables.one(_program_tables(asked))
    return _csv("figures", asked.part.filters.chosen.values(), header, lines)


@bp.get("/program/export.xlsx")
@guard(Permission.SEE_PROGRAM)
def program_xlsx() -> Response:
    asked = _asked("status")
    return _xlsx("figures", asked.part.filters.chosen.values(), _program_tables(asked))


def _program_tables(asked: Question) -> Iterator[Table]:
    shown = service.overview(db.session, asked, current(db.session))
    return tables.overview(shown, figures.companies(db.session, asked.part, order=read_order(request.args)))


@bp.get("/program/rows")
@guard(Permission.SEE_PROGRAM)
def program_rows() -> str:
    """The people and modules behind a number."""
    asked = _asked()
    total, _ = figures.total(db.session, asked.part)
    page = page_of(request.args.get("page"), total.required, ROWS_A_PAGE)
    return render_template(
        "reporting/program_rows.html",
        asked=asked,
        filters=asked.part.filters,
        total=total,
        page=page,
        rows=list(rows(db.session, asked.part, limit=page.size, offset=page.offset)),
        library=asked.library,
    )


@bp.get("/program/rows.csv")
@guard(Permission.SEE_PROGRAM)
def program_rows_csv() -> Response:
    asked = _asked()
    found = tables.rows(rows(db.session, asked.part), asked.library)
    return _csv("rows", asked.part.filters.chosen.values(), tables.ROWS, found)


@bp.get("/program/rows.xlsx")
@guard(Permission.SEE_PROGRAM)
def program_rows_xlsx() -> Response:
    asked = _asked()
    found = tables.rows(rows(db.session, asked.part), asked.library)
    return _xlsx("rows", asked.part.filters.chosen.values(), (Table("Rows", tables.ROWS, found),))


@bp.get("/company/")
@guard(Permission.RUN_COMPANY)
def company() -> str:
    """Who of one's own company is behind."""
    own = me().organization_id
    if own is None:
        return render_template("reporting/company_missing.html")
    library, today = _library(), program_day(now())
    functions = _functions(library)
    chosen = read_choice(request.args, functions)
    everybody = roster.tally(db.session, own, today)
    tally = roster.tally(db.session, own, today, chosen) if chosen.narrow else everybody
    page = page_of(request.args.get("page"), tally.shown(chosen.show), PEOPLE_A_PAGE)
    organization = db.session.get_one(Organization, own)
    part = Slice(Filters(organization=organization.number), library.framework, today)
    return render_template(
        "reporting/company.html",
        organization=organization,
        everybody=everybody,
        chosen=chosen,
        tally=tally,
        page=page,
        members=roster.members(db.session, own, today, chosen, limit=page.size, offset=page.offset),
        phases=figures.by_phase(db.session, part),
        functions=functions,
        library=library,
    )


@bp.get("/company/roster.csv")
@guard(Permission.RUN_COMPANY)
def company_roster() -> Response:
    """The roster as the page shows it, all pages of it."""
    library = _library()
    chosen = read_choice(request.args, _functions(library))
    members = roster.everybody(db.session, _own(), program_day(now()), chosen)
    return _csv("roster", (chosen.show, chosen.function), tables.ROSTER, tables.roster(members, library))


@bp.get("/company/training-record.csv")
@guard(Permission.RUN_COMPANY)
def company_record() -> Response:
    """What was completed with the company: date, names and topics, for a validation."""
    done = records.done(db.session, _own())
    return _csv("training-record", (), tables.RECORD, tables.record(done, _library()))


@bp.get(f"/company/people/<{ID}:person_id>/training")
@guard(Permission.RUN_COMPANY)
def company_training(person_id: int) -> str:
    """One person's modules, scores and certificates."""
    library = _library()
    try:
        training = records.training(db.session, _own(), person_id, program_day(now()))
    except NoSuchMember:
        abort(404)
    return render_template(
        "reporting/company_training.html", training=training, library=library, functions=_functions(library)
    )


def _own() -> int:
    return me().organization_id or abort(404)


def _functions(library: Library) -> dict[str, str]:
    """The job functions by slug; everybody's own is nobody's choice."""
    return {f.slug: translated(f.name) for f in library.framework.functions.values() if f.slug != EVERYONE}


def _csv(what: str, chosen: Iterable[str], header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Response:
    """A CSV file, sent while it is read from the database."""
    response = Response(stream_with_context(csv_text(header, lines)), mimetype="text/csv")
    name = exports.file_name(what, chosen, program_day(now()), "csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _xlsx(what: str, chosen: Iterable[str], sheets: Iterable[Table]) -> Response:
    name = exports.file_name(what, chosen, program_day(now()), "xlsx")
    response = send_file(exports.workbook(sheets, now()), mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"  # send_file's own is for our static files
    return response
