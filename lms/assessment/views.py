"""Quizzes: start, question after question, the overview, the result; and the knowledge checks of the lessons."""

import random
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import guard, me, public
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.certificates import service as certificates
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, current_language
from lms.learning import rules as learning_rules
from lms.learning import service as learning
from lms.learning.standing import desk
from lms.schedule import service as schedules

from . import review, rules, service
from .forms import problems, read_entry
from .hot import Purpose
from .paper import AskedQuestion, arranged_check, asked_check, to_entry, to_response
from .service import Sheet

bp = Blueprint("assessment", __name__)


@bp.get("/courses/<slug>/<name>/quiz")
@guard(Permission.LEARN)
def quiz(slug: str, name: str) -> ResponseReturnValue:
    """What the quiz is, before it starts; straight on with an attempt that is open."""
    key = f"{slug}/{name}"
    mine = desk(db.session, me(), key)
    module = mine.published.library.module(key, current_language()) or abort(404)
    standing = mine.standings[key]
    if standing.attempt:
        return redirect(url_for(".attempt", public_id=standing.attempt))
    return render_template(
        "assessment/quiz.html",
        module=module,
        outdated=mine.published.library.outdated(module),
        category=mine.published.library.framework.categories[module.category],
        unread=sum(s.anchor not in standing.opened for s in module.sections),
        standing=standing,
        history=service.history(db.session, person_id=me().id, module=key),
        rules=rules,
    )


@bp.post("/courses/<slug>/<name>/quiz")
@guard(Permission.LEARN)
def start(slug: str, name: str) -> ResponseReturnValue:
    """Start an attempt, or go on with the one that is open."""
    key, person, moment = f"{slug}/{name}", me(), now()
    with transaction():
        shelf = published(db.session)
        module = shelf.library.module(key, current_language()) or abort(404)
        try:
            public_id = service.start(
                db.session,
                person_id=person.id,
                organization_id=person.organization_id,
                module=module,
                published=shelf,
                now=moment,
                rng=random.SystemRandom(),
            )
        except service.NothingToAsk:
            nothing = _("This quiz has no question for companies of your kind. Tell the program staff, please.")
            flash(nothing, "error")
            return redirect(url_for("learning.module", slug=slug, name=name), 303)
        learning.begin(db.session, person_id=person.id, module=key, now=moment)
    return redirect(url_for(".question", public_id=public_id, number=1), 303)


@bp.get("/attempts/<public_id>")
@guard(Permission.LEARN)
def attempt(public_id: str) -> ResponseReturnValue:
    """While it is open, all answers and the button that submits them; afterwards the result."""
    sheet = _own(public_id)
    return _overview(sheet) if sheet.submitted_at is None else _result(sheet)


@bp.get("/attempts/<public_id>/questions/<int:number>")
@guard(Permission.LEARN)
def question(public_id: str, number: int) -> ResponseReturnValue:
    """One question with the answer as it was saved last, and what in it needs another look."""
    sheet = _own(public_id)
    if sheet.submitted_at is not None:
        return redirect(url_for(".attempt", public_id=public_id))
    asked = _asked(sheet, number)
    saved = service.answers(db.session, sheet)
    current = saved.get(sheet.question(number).id)
    entry = to_entry(asked.type, sheet.shown(number), current.response) if current else []
    return render_template(
        "assessment/question.html",
        sheet=sheet,
        number=number,
        asked=asked,
        entry=entry,
        errors=problems(asked, entry),
        saved_at=current.at if current and rules.answered(current.response) else None,
        lines=review.overview(sheet.module, sheet.paper, service.responses(saved)),
        needed=rules.needed(sheet.of, sheet.pass_mark),
    )


@bp.post("/attempts/<public_id>/questions/<int:number>")
@guard(Permission.LEARN)
def save(public_id: str, number: int) -> ResponseReturnValue:
    """Save an answer as it was given; say so to htmx, lead everybody else on."""
    moment = now()
    try:
        with transaction():
            sheet = _own(public_id, to="save")
            asked = _asked(sheet, number)
            entry = read_entry(asked, request.form)
            response = to_response(asked.type, sheet.shown(number), entry)
            saved_at = service.save_answer(db.session, sheet, number=number, response=response, now=moment)
    except service.AlreadySubmitted as closed:
        template = "assessment/state.html" if _by_htmx() else "assessment/closed.html"
        return render_template(template, public_id=public_id, submitted_at=closed.submitted_at), 409
    errors = problems(asked, entry)
    if _by_htmx():
        answered = rules.answered(response)
        return render_template("assessment/state.html", saved_at=saved_at if answered else None, errors=errors)
    if errors:
        return redirect(url_for(".question", public_id=public_id, number=number), 303)
    if number == len(sheet.paper.drawn):
        return redirect(url_for(".attempt", public_id=public_id), 303)
    return redirect(url_for(".question", public_id=public_id, number=number + 1), 303)


@bp.post("/attempts/<public_id>/submit")
@guard(Permission.LEARN)
def submit(public_id: str) -> ResponseReturnValue:
    """Close the attempt and mark it; what it completes and certifies follows in the same transaction."""
    moment = now()
    with transaction():
        sheet = _own(public_id, to="submit")
        result = service.submit(db.session, sheet, now=moment)
        if result and result.passed:
            _complete(sheet, moment)
    return redirect(url_for(".attempt", public_id=public_id), 303)


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
        "assessment/check_answer.html" if _by_htmx() else "assessment/check_page.html",
        module=module,
        section=section,
        asked=asked,
        entry=entry,
        address=request.path,
        errors=problems(asked, entry),
        answered=answered,
        told=review.tell_check(asked_of, response, module) if answered else None,
    )


def _complete(sheet: Sheet, moment: datetime) -> None:
    """What a pass completes, and what that certifies."""
    module, shelf = sheet.lesson or sheet.module, sheet.published
    completion = learning.settle(db.session, person_id=sheet.person_id, module=module, published=shelf, now=moment)
    if completion:
        schedule = schedules.in_force(db.session, shelf.library)
        certificates.issue_earned(db.session, completion=completion, published=shelf, schedule=schedule, now=moment)


def _overview(sheet: Sheet) -> str:
    responses = service.responses(service.answers(db.session, sheet))
    lines = review.overview(sheet.module, sheet.paper, responses)
    return render_template(
        "assessment/overview.html",
        sheet=sheet,
        lines=lines,
        unclear={line.number for line in lines if _unclear(sheet, line.number, responses)},
        first_empty=next((line.number for line in lines if not line.answered), None),
        needed=rules.needed(sheet.of, sheet.pass_mark),
    )


def _unclear(sheet: Sheet, number: int, responses: review.Responses) -> bool:
    asked = sheet.asked(number)
    response = responses.get(sheet.question(number).id)
    return bool(response and problems(asked, to_entry(asked.type, sheet.shown(number), response)))


def _result(sheet: Sheet) -> str:
    key, library = sheet.module.key, sheet.published.library
    told = review.tell(
        sheet.module,
        sheet.paper,
        service.responses(service.answers(db.session, sheet)),
        sheet.lesson,
        passed=bool(sheet.passed),
    )
    past = service.history(db.session, person_id=sheet.person_id, module=key)
    mine = desk(db.session, me())
    here = desk(db.session, me(), key).standings.get(key)
    ahead = [s for s in learning_rules.open_ones(mine.standings.values()) if s.module != key]
    wrong = [t for t in told if not t.mark.right]
    return render_template(
        "assessment/result.html",
        sheet=sheet,
        past=next(p for p in past if p.public_id == sheet.public_id),
        wrong=wrong,
        right=[t for t in told if t.mark.right],
        again=review.read_again(wrong),
        needed=rules.needed(sheet.of, sheet.pass_mark),
        sealed=bool(here and here.attempt),
        standing=here,
        standing_module=sheet.lesson,
        unread=[s for s in sheet.lesson.sections if s.anchor not in here.opened] if here and sheet.lesson else [],
        required=mine.standings,
        next_standing=ahead[0] if ahead else None,
        phase=mine.schedule.phase_of(sheet.module.category),
        framework=library.framework,
        library=library,
        rules=rules,
        learning_rules=learning_rules,
        program_day=program_day,
    )


def _own(public_id: str, to: Purpose = "read") -> Sheet:
    """The attempt of the person signed in; 404 for any other."""
    try:
        return service.find(db.session, public_id=public_id, person_id=me().id, to=to)
    except service.NoSuchAttempt:
        abort(404)


def _asked(sheet: Sheet, number: int) -> AskedQuestion:
    try:
        return sheet.asked(number)
    except service.NotDrawn:
        abort(404)


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"
