"""Addresses with which a coordinator lets people in who come by themselves: who waits, and approved mail domains."""

from collections.abc import Iterable
from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, ngettext
from lms.web.form import Errors
from lms.web.paging import page_of

from . import forms, letting_in, mails
from .blueprint import ID, afterwards, bp, function_names, refresh
from .guards import guard, me
from .letting_in import Decision, NotWaiting
from .permissions import Permission

PAGE_SIZE = 50


@bp.get("/company/joining/", endpoint="joining")
@guard(Permission.RUN_COMPANY)
def joining_page() -> str:
    return _page(Errors())


@bp.post("/company/joining/domains")
@guard(Permission.RUN_COMPANY)
def domain_approve() -> ResponseReturnValue:
    errors = Errors()
    domain = forms.domain(request.form, errors)
    if errors:
        return _page(errors, domain), 422
    with transaction():
        let_in = letting_in.approve(db.session, _company(), domain, actor_id=me().id, now=now())
        refresh(*(decision.profile_id for decision in let_in))
    flash(_("Whoever proves an address at %(domain)s joins your company at once.", domain=domain))
    if let_in:
        flash(ngettext("%(num)s person who waited is let in.", "%(num)s people who waited are let in.", len(let_in)))
    return _telling(let_in)


@bp.post("/company/joining/domains/remove")
@guard(Permission.RUN_COMPANY)
def domain_remove() -> ResponseReturnValue:
    domain = request.form.get("domain", "")
    with transaction():
        letting_in.remove(db.session, _company(), domain, actor_id=me().id, now=now())
    flash(_("The domain is removed. People with its addresses wait for you from now on; whoever came in stays."))
    return redirect(url_for("accounts.joining"))


@bp.get(f"/company/joining/<{ID}:request_id>")
@guard(Permission.RUN_COMPANY)
def join_request(request_id: int) -> str:
    """What one person asks for, to decide on."""
    try:
        asked, person = letting_in.one_waiting(db.session, request_id, _company(), now())
    except NotWaiting:
        abort(404)
    return render_template("accounts/join_request.html", asked=asked, person=person, functions=function_names())


@bp.post(f"/company/joining/<{ID}:request_id>")
@guard(Permission.RUN_COMPANY)
def join_accept(request_id: int) -> ResponseReturnValue:
    """Let the person in, with the job functions ticked."""
    chosen, moment = forms.functions(request.form, function_names()), now()
    try:
        with transaction():
            decision = letting_in.accept(db.session, request_id, _company(), chosen, actor_id=me().id, now=moment)
            refresh(decision.profile_id)
    except NotWaiting:
        abort(404)
    flash(_("%(name)s belongs to your company now, and is told by mail.", name=decision.name))
    return _telling([decision])


@bp.post(f"/company/joining/<{ID}:request_id>/decline")
@guard(Permission.RUN_COMPANY)
def join_decline(request_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            decision = letting_in.decline(db.session, request_id, _company(), actor_id=me().id, now=now())
    except NotWaiting:
        abort(404)
    flash(_("%(name)s is not let in, and is told by mail.", name=decision.name))
    return _telling([decision])


def _telling(decisions: Iterable[Decision]) -> ResponseReturnValue:
    """Back to the list, and a mail to each afterwards, in the person's language."""
    response = redirect(url_for("accounts.joining"))
    for decision in decisions:
        afterwards(response, decision.language, partial(mails.decided, decision))
    return response


def _company() -> int:
    return me().organization_id or abort(404)


def _page(errors: Errors, domain: str = "") -> str:
    company, moment = _company(), now()
    page = page_of(request.args.get("page"), letting_in.count_waiting(db.session, company, moment), PAGE_SIZE)
    return render_template(
        "accounts/joining.html",
        waiting=letting_in.waiting(db.session, company, moment, offset=page.offset, limit=page.size),
        page=page,
        domains=letting_in.domains(db.session, company),
        functions=function_names(),
        domain=domain,
        errors=errors,
    )
