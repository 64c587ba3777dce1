"""The knowledge checks of the lessons: ungraded, answered at once."""

from flask import abort, render_template, request
from flask_login import current_user

from lms.accounts.guards import me, public
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import current_language

from . import review, rules, service
from .blueprint import bp, by_htmx
from .forms import problems, read_entry
from .paper import arranged_check, asked_check, to_response


@bp.post("/courses/<slug>/<name>/checks/<question_id>")
@public
def check(slug: str, name: str, question_id: str) -> str:
    """A knowledge check answered: what to think of the answer, at once. Nothing is stored but that it was tried."""
    library = published(db.session).library
    module = library.module(f"{slug}/{name}", current_language()) or abort(404)
    found = ((s, q) for s in module.sections for q in s.checks if q.id == question_id)
    section, asked_of = next(found, None) or abort(404)
    asked = asked_check(asked_of)
    entry = read_entry(asked, request.form)
    response = to_response(asked.type, arranged_check(asked_of), entry)
    answered = rules.answered(response)
    if answered and current_user.is_authenticated:
        with transaction():
            service.note_try(db.session, person_id=me().id, question=question_id, now=now())
    return render_template(
        "assessment/check_answer.html" if by_htmx() else "assessment/check_page.html",
        module=module,
        section=section,
        asked=asked,
        entry=entry,
        address=request.path,
        errors=problems(asked, entry),
        answered=answered,
        told=review.tell_check(asked_of, response, module) if answered else None,
    )
