"""The address with which a coordinator changes what somebody does: what it will do is shown first, then it is done."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _

from . import forms, people
from .blueprint import ID, bp, function_names, refresh
from .guards import guard, me
from .people import NoSuchPerson
from .permissions import Permission
from .views_preview import asks_first, preview_page


@bp.post(f"/company/people/<{ID}:person_id>")
@guard(Permission.RUN_COMPANY)
def company_set_functions(person_id: int) -> ResponseReturnValue:
    company, chosen = me().organization_id or abort(404), forms.functions(request.form, function_names())
    try:
        person = people.colleague(db.session, person_id, company)
        if asks_first(person, person.organization, chosen):
            return preview_page(person, person.organization, chosen, back="accounts.company_person")
        with transaction():
            person = people.colleague(db.session, person_id, company)
            people.set_functions(db.session, person, chosen, actor_id=me().id, now=now())
            refresh(person.profile_id)
    except NoSuchPerson:
        abort(404)
    flash(_("The job functions are saved. The required modules follow them."))
    return redirect(url_for("accounts.company_person", person_id=person_id))
