"""Addresses of the evidence room: ask for a company's packet, watch it being made, fetch it."""

from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.certificates.designs import PAPER_NAMES
from lms.certificates.pdf import CannotDraw
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import NAMES, Language, current_language, decimals
from lms.web.paging import page_of

from . import forms, packet, rules, service, worker  # noqa: F401 - the last one registers what does the job
from .gathering import NoSuchCompany, company_with
from .making import Question
from .models import EvidencePacket

bp = Blueprint("evidence", __name__)

ROWS = 20


@bp.get("/company/evidence/")
@guard(Permission.RUN_COMPANY)
def company() -> ResponseReturnValue:
    """Ask for the evidence of one's own company; the packets made before."""
    return _page(_own_company(), url_for(".company"))


@bp.post("/company/evidence/")
@guard(Permission.RUN_COMPANY)
def ask_for_company() -> ResponseReturnValue:
    return _ask(_own_company(), url_for(".company"))


@bp.get("/program/evidence/<number>")
@guard(Permission.SEE_PROGRAM)
def program(number: str) -> ResponseReturnValue:
    """The same for any company."""
    return _page(_company(number), url_for(".program", number=number))


@bp.post("/program/evidence/<number>")
@guard(Permission.SEE_PROGRAM)
def ask_for_program(number: str) -> ResponseReturnValue:
    return _ask(_company(number), url_for(".program", number=number))


@bp.get("/evidence/<public_id>")
@guard(Permission.LEARN)
def made(public_id: str) -> ResponseReturnValue:
    """How far a packet is; the file when it is ready. The part that changes stands alone where a script asks for it."""
    found = _found(public_id)
    progress = service.progress(db.session, found)
    by_script = "HX-Request" in request.headers
    page = render_template(
        "evidence/progress.html" if by_script else "evidence/packet.html",
        packet=found,
        progress=progress,
        company=db.session.get_one(Organization, found.organization_id),
        megabytes=decimals(f"{max(progress.size / 1_000_000, 0.1):.1f}"),
        language=NAMES[cast(Language, found.language)],
        papers=PAPER_NAMES,
        back=_back(found),
    )
    return page, {"HX-Refresh": "true"} if by_script and progress.state != "waiting" else {}


@bp.post("/evidence/<public_id>/again")
@guard(Permission.LEARN)
def again(public_id: str) -> ResponseReturnValue:
    """Have a worker try once more what could not be made."""
    packet_id = _found(public_id).id
    with transaction():
        service.queue(db.session, packet_id, now=now())
    return redirect(url_for(".made", public_id=public_id), 303)


@bp.get("/evidence/<public_id>.zip")
@guard(Permission.LEARN)
def file(public_id: str) -> ResponseReturnValue:
    """The packet, sent while its certificates are read."""
    found = _found(public_id)
    if found.digest is None or found.body is None:
        return redirect(url_for(".made", public_id=public_id))
    number = db.session.get_one(Organization, found.organization_id).number
    body, name = found.body, rules.zip_name(number, rules.Period(found.since, found.until))
    db.session.rollback()
    response = Response(stream_with_context(packet.stream(db.session, body)), mimetype="application/zip")
    response.content_length = packet.length(body)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _ask(organization: Organization, back: str) -> ResponseReturnValue:
    """A small company's packet is made at once; what cannot be made says why on its page."""
    moment = now()
    wanted, errors = forms.wanted(request.form, current_language(), program_day(moment))
    if wanted.period is None:
        return _page(organization, back, wanted, errors), 422
    asked = Question(organization.id, wanted.period, wanted.language, wanted.paper)
    by_id, quick = me().id, service.quick(db.session, asked)
    with transaction():
        found = service.ask(db.session, asked, by_id=by_id, now=moment)
        packet_id, public_id = found.id, found.public_id
        if not quick:
            service.queue(db.session, packet_id, now=moment)
    if quick:
        _make(packet_id)
    return redirect(url_for(".made", public_id=public_id), 303)


def _make(packet_id: int) -> None:
    """What cannot be made now, a worker tries again."""
    try:
        service.make(db.session, packet_id, current_app.extensions["settings"], lambda: None, now=now())
    except CannotDraw:
        with transaction():
            service.queue(db.session, packet_id, now=now())


def _page(organization: Organization, action: str, wanted: Any = None, errors: Any = None) -> str:
    today = program_day(now())
    page = page_of(request.args.get("page"), service.count(db.session, organization.id), ROWS)
    return render_template(
        "evidence/page.html",
        company=organization,
        action=action,
        wanted=wanted or forms.wanted(request.args, current_language(), today)[0],
        errors=errors,
        page=page,
        packets=service.listed(db.session, organization.id, offset=page.offset, limit=page.size),
        languages=NAMES,
        papers=PAPER_NAMES,
        own=action == url_for(".company"),
    )


def _own_company() -> Organization:
    return db.session.get_one(Organization, me().organization_id or abort(404))


def _company(number: str) -> Organization:
    try:
        return company_with(db.session, number)
    except NoSuchCompany:
        abort(404)


def _found(public_id: str) -> EvidencePacket:
    """The packet; 404 for everybody who may not open it."""
    found, person = service.find(db.session, public_id), me()
    if found is None or not rules.may_open(
        sees_program=person.may(Permission.SEE_PROGRAM),
        runs_company=person.may(Permission.RUN_COMPANY),
        same_company=found.organization_id == person.organization_id,
    ):
        abort(404)
    return found


def _back(found: EvidencePacket) -> str:
    if not me().may(Permission.SEE_PROGRAM):
        return url_for(".company")
    return url_for(".program", number=db.session.get_one(Organization, found.organization_id).number)
