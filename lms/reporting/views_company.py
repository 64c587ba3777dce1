"""One company's figures, for its coordinator: who is behind, what was done, one person's modules."""

from flask import Response, abort, render_template, request

from lms.accounts import letting_in
from lms.accounts.guards import guard, me
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.content.library import Library
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.core.language import translated
from lms.schedule.rules import EVERYONE
from lms.web.paging import page_of

from . import figures, records, roster, tables
from .blueprint import bp, csv, the_library
from .filters import Filters, read_choice
from .records import NoSuchMember
from .requirements import Slice

# A number in an address; one larger than a database can hold is no page at all.
ID = "int(max=2147483647)"
PEOPLE_A_PAGE = 25


@bp.get("/company/")
@guard(Permission.RUN_COMPANY)
def company() -> str:
    """Who of one's own company is behind."""
    own = me().organization_id
    if own is None:
        return render_template("reporting/company_missing.html")
    library, today = the_library(), program_day(now())
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
        waiting=letting_in.count_waiting(db.session, own, now()),
    )


@bp.get("/company/roster.csv")
@guard(Permission.RUN_COMPANY)
def company_roster() -> Response:
    """The roster as the page shows it, all pages of it."""
    library = the_library()
    chosen = read_choice(request.args, _functions(library))
    members = roster.everybody(db.session, _own(), program_day(now()), chosen)
    return csv("roster", (chosen.show, chosen.function), tables.ROSTER, tables.roster(members, library))


@bp.get("/company/training-record.csv")
@guard(Permission.RUN_COMPANY)
def company_record() -> Response:
    """What was completed with the company: date, names and topics, for a validation."""
    done = records.done(db.session, _own())
    return csv("training-record", (), tables.RECORD, tables.record(done, the_library()))


@bp.get(f"/company/people/<{ID}:person_id>/training")
@guard(Permission.RUN_COMPANY)
def company_training(person_id: int) -> str:
    """One person's modules, scores and certificates."""
    library = the_library()
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
