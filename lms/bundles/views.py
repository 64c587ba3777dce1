"""Addresses of the bundles room: ask for many certificates in one file, watch it being made, fetch it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.mails import address
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.certificates import forms as register_forms
from lms.certificates.register import Wanted
from lms.certificates.rules import PROGRAM
from lms.core.cells import csv_text
from lms.core.clock import PROGRAM_ZONE, now, program_day
from lms.core.database import db, transaction
from lms.core.language import NAMES, Language, _, current_language, decimals, using
from lms.web.form import Errors
from lms.web.paging import page_of

from . import drawing, forms, mails, rules, service, zipping  # noqa: F401 - the imports register what does the jobs
from .models import Bundle
from .service import Entry

bp = Blueprint("bundles", __name__)

ROWS = 25
INDEX = "index.csv"
VALID = Wanted(standing="valid")


@bp.get("/company/certificates/")
@guard(Permission.RUN_COMPANY)
def company() -> ResponseReturnValue:
    """The valid certificates that people earned with one's own company."""
    own, today = me().organization_id or abort(404), program_day(now())
    counts = service.counts(db.session, VALID, organization_id=own, today=today)
    page = page_of(request.args.get("page"), sum(counts.values()), ROWS)
    return render_template(
        "bundles/company.html",
        page=page,
        certificates=service.listed(db.session, VALID, own, today=today, offset=page.offset, limit=page.size),
        **_asking(counts, own),
    )


@bp.post("/company/certificates/")
@guard(Permission.RUN_COMPANY)
def ask_for_company() -> ResponseReturnValue:
    return _ask(VALID, me().organization_id or abort(404), back=url_for(".company"))


@bp.get("/program/certificates/bundles/")
@guard(Permission.SEE_PROGRAM)
def program() -> str:
    """Choose which certificates, see how many they are."""
    wanted, errors = _wanted()
    counts = service.counts(db.session, wanted, organization_id=None, today=program_day(now()))
    return render_template(
        "bundles/program.html",
        wanted=wanted,
        errors=errors,
        total=sum(counts.values()),
        most=rules.MOST,
        **_asking(counts, None),
    )


@bp.post("/program/certificates/bundles/")
@guard(Permission.SEE_PROGRAM)
def ask_for_program() -> ResponseReturnValue:
    """The filters stand in the address, as on the page that asks."""
    wanted, errors = _wanted()
    back = f"{url_for('.program')}?{urlencode(wanted.chosen)}"
    return redirect(back, 303) if errors else _ask(wanted, None, back=back)


@bp.get("/bundles/<public_id>")
@guard(Permission.LEARN)
def bundle(public_id: str) -> ResponseReturnValue:
    """How far it is; the file when it is ready. The part that changes stands alone where a script asks for it."""
    found = _own(public_id)
    progress = service.progress(db.session, found)
    by_script = "HX-Request" in request.headers
    page = render_template(
        "bundles/progress.html" if by_script else "bundles/bundle.html",
        bundle=found,
        progress=progress,
        megabytes=_megabytes(service.size(db.session, found)) if progress.ready else "",
        language=NAMES[cast(Language, found.language)],
    )
    return page, {"HX-Refresh": "true"} if by_script and (progress.complete or progress.stopped) else {}


@bp.post("/bundles/<public_id>/again")
@guard(Permission.LEARN)
def again(public_id: str) -> ResponseReturnValue:
    """Try once more what could not be drawn."""
    with transaction():
        service.again(db.session, _own(public_id))
    return redirect(url_for(".bundle", public_id=public_id), 303)


@bp.get("/bundles/<public_id>.zip")
@guard(Permission.LEARN)
def file(public_id: str) -> ResponseReturnValue:
    """The documents and a table of them, sent while they are read. There is no file while any is still to be drawn."""
    found = _own(public_id)
    if not service.progress(db.session, found).ready:
        return redirect(url_for(".bundle", public_id=public_id))
    made_at = found.created_at.astimezone(PROGRAM_ZONE)
    with using(cast(Language, found.language)):
        entries = [(entry, _file_name(entry)) for entry in service.entries(db.session, found)]
        index = "".join(csv_text(_header(), (_line(*line) for line in entries))).encode()
    sizes = [(name, entry.size) for entry, name in entries if entry.size is not None]
    names = {entry.place: name for entry, name in entries if entry.size is not None}
    files = _files(index, names, service.documents(db.session, found))
    db.session.rollback()
    response = Response(stream_with_context(zipping.stream(files, made_at)), mimetype="application/zip")
    response.content_length = zipping.length([(INDEX, len(index)), *sizes])
    response.headers.set("Content-Disposition", "attachment", filename=f"certificates-{made_at:%Y-%m-%d}.zip")
    return response


def _files(
    index: bytes, names: Mapping[int, str], documents: Iterator[tuple[int, bytes]]
) -> Iterator[tuple[str, bytes]]:
    """The table, and the documents that it names: what is drawn from now on is not in this file."""
    yield INDEX, index
    yield from ((names[place], pdf) for place, pdf in documents if place in names)


def _file_name(entry: Entry) -> str:
    """Empty where there is no document: the table says so."""
    if entry.size is None:
        return ""
    return rules.file_name(f"{entry.name} - {_kind(entry)}", entry.number)


def _kind(entry: Entry) -> str:
    if entry.category is None:
        return entry.workshop
    return _("Program") if entry.category == PROGRAM else _("Category %(number)s", number=entry.category)


def _header() -> tuple[str, ...]:
    return (
        _("Number"), _("Name"), _("Company"), _("Certificate"), _("Completed"), _("Valid until"), _("Check at"), _("File"),
    )  # fmt: skip


def _line(entry: Entry, file_name: str) -> tuple[str, ...]:
    check = address("certificates.verify_number", number=entry.number)
    valid_until = entry.valid_until.isoformat()
    return (
        entry.number, entry.name, entry.company, _kind(entry), entry.completed_on, valid_until, check, file_name,
    )  # fmt: skip


def _ask(wanted: Wanted, organization_id: int | None, *, back: str) -> ResponseReturnValue:
    edition = forms.edition(request.form, current_language())
    moment = now()
    try:
        with transaction():
            made = service.ask(
                db.session, wanted, organization_id=organization_id, by_id=me().id, language=edition.language,
                paper=edition.paper, today=program_day(moment), now=moment,
            )  # fmt: skip
            public_id = made.public_id
    except service.Nothing:
        flash(_("There is no such certificate yet."), "warning")
        return redirect(back, 303)
    except service.TooMany:
        flash(f"One file holds {rules.MOST:,} certificates at most. Choose fewer.", "warning")
        return redirect(back, 303)
    return redirect(url_for(".bundle", public_id=public_id), 303)


def _wanted() -> tuple[Wanted, Errors]:
    """What is chosen in the address; valid ones unless it says otherwise."""
    wanted, errors = register_forms.wanted(request.args)
    return replace(wanted, standing=wanted.standing or "valid"), errors


def _own(public_id: str) -> Bundle:
    """The bundle of whoever asked for it; 404 for everybody else, and when what is in it is no longer his or hers to see."""
    found = service.find(db.session, public_id)
    person = me()
    if found is None or not rules.may_open(
        asked=found.by_id == person.id,
        sees_program=person.may(Permission.SEE_PROGRAM),
        runs_company=person.may(Permission.RUN_COMPANY),
        same_company=found.organization_id is not None and found.organization_id == person.organization_id,
    ):
        abort(404)
    return found


def _megabytes(size: int) -> str:
    return decimals(f"{max(size / 1_000_000, 0.1):.1f}")


def _asking(counts: Mapping[int | None, int], organization_id: int | None) -> dict[str, Any]:
    """What both pages that ask for a file show: how many of each, the program first, and what was asked for before."""
    return {
        "counted": sorted((category, many) for category, many in counts.items() if category is not None),
        "workshops": counts.get(None, 0),
        "recent": service.recent(db.session, me().id, organization_id),
        "categories": published(db.session).library.framework.categories,
        "edition": forms.edition(request.args, current_language()),
        "languages": NAMES.items(),
    }
