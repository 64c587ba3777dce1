"""Quizzes: start, question after question, the overview, the result."""

import random
from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import Published, published
from lms.certificates import service as certificates
from lms.content.course import Module
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, current_language, translated
from lms.learning import rules as learning_rules
from lms.learning import service as learning
from lms.learning.standing import desk
from lms.web.dates import at_time
from lms.web.errors import stale
from lms.web.form import Errors

from . import limits, proctoring, review, rules, service, unsent, views_checks
from .blueprint import asked_at, bp, by_htmx, own
from .forms import ACKNOWLEDGMENT, acknowledged, problems, read_entry
from .paper import asked, narrowed, to_entry, to_response
from .service import Past, Saved, Sheet

__all__ = ["bp", "views_checks"]


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
    history = service.history(db.session, person_id=me().id, module=key)
    only = learning.delta_questions(db.session, person_id=me().id, module=key)
    changed = narrowed(module, mine.entities, only)
    waits_until = _waits_until(history, mine.published)
    return render_template(
        "assessment/quiz.html",
        module=module,
        outdated=mine.published.library.outdated(module),
        category=mine.published.library.framework.categories[module.category],
        unread=sum(s.anchor not in standing.opened for s in module.sections),
        standing=standing,
        history=history,
        delta=bool(changed),
        asked=asked(changed) or module.asked,
        minutes=_minutes(module),
        waits_until=waits_until and at_time(waits_until, now()),
        again=_read_again(history[-1].public_id) if waits_until else (),
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
                only=learning.delta_questions(db.session, person_id=person.id, module=key),
            )
        except service.TooSoon:
            return redirect(url_for(".quiz", slug=slug, name=name), 303)  # which says from when on
        except service.TimeOver as closed:
            _submit(own(closed.public_id, to="submit"), moment)
            return redirect(url_for(".attempt", public_id=closed.public_id), 303)
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
    sheet = own(public_id)
    if sheet.over(now()):
        return _time_over(sheet)
    return _overview(sheet, Errors()) if sheet.submitted_at is None else _result(sheet)


@bp.get("/attempts/<public_id>/questions/<int:number>")
@guard(Permission.LEARN)
def question(public_id: str, number: int) -> ResponseReturnValue:
    """One question with the answer as it was saved last, and what in it needs another look."""
    sheet = own(public_id)
    if sheet.submitted_at is not None or sheet.over(now()):
        return redirect(url_for(".attempt", public_id=public_id))
    asked = asked_at(sheet, number)
    saved = service.answers(db.session, sheet)
    current = saved.get(sheet.question(number).id)
    entry = to_entry(asked.type, sheet.shown(number), current.response) if current else []
    waiting = unsent.found()
    if waiting is not None:
        entry = read_entry(asked, waiting)
    return render_template(
        "assessment/question.html",
        sheet=sheet,
        number=number,
        asked=asked,
        entry=entry,
        errors=problems(asked, entry),
        saved_at=current.at if current and rules.answered(current.response) else None,
        unsent=waiting is not None,
        closes_at=_closes(sheet),
        lines=review.overview(sheet.module, sheet.paper, service.responses(saved)),
        needed=rules.needed(sheet.of, sheet.pass_mark),
    )


@bp.post("/attempts/<public_id>/questions/<int:number>")
@guard(Permission.LEARN)
def save(public_id: str, number: int) -> ResponseReturnValue:
    """Save an answer as it was given; say so to htmx, lead everybody else on. A late one submits what was saved in time."""
    moment = now()
    try:
        with transaction():
            sheet = own(public_id, to="save")
            asked = asked_at(sheet, number)
            entry = read_entry(asked, request.form)
            response = to_response(asked.type, sheet.shown(number), entry)
            saved_at = service.save_answer(db.session, sheet, number=number, response=response, now=moment)
    except service.AlreadySubmitted as closed:
        return _refused(public_id, submitted_at=closed.submitted_at)
    except service.TimeOver:
        with transaction():
            _submit(own(public_id, to="submit"), moment)
        return _refused(public_id, closed_at=sheet.closes_at)
    errors = problems(asked, entry)
    if by_htmx():
        shown = saved_at if rules.answered(response) else None
        state = render_template("assessment/state.html", saved_at=shown, errors=errors, unsent=False)
        return unsent.forget(make_response(state))
    if errors:
        onward = url_for(".question", public_id=public_id, number=number)
    elif number == len(sheet.paper.drawn):
        onward = url_for(".attempt", public_id=public_id)
    else:
        onward = url_for(".question", public_id=public_id, number=number + 1)
    return unsent.forget(make_response(redirect(onward, 303)))


def _refused(public_id: str, **why: datetime | None) -> ResponseReturnValue:
    template = "assessment/state.html" if by_htmx() else "assessment/closed.html"
    return render_template(template, public_id=public_id, **why), 409


@bp.errorhandler(CSRFError)
def stale_answer(_error: CSRFError) -> ResponseReturnValue:
    """An answer whose sign-in has ended, or was renewed in another tab."""
    return _set_aside(400) if request.endpoint == "assessment.save" and not by_htmx() else stale()


@bp.before_request
def answer_of_nobody() -> ResponseReturnValue | None:
    """An answer whose sign-in was ended from elsewhere: the form is whole, but nobody is there."""
    if request.endpoint == "assessment.save" and not current_user.is_authenticated and not by_htmx():
        return _set_aside(401)
    return None


def _set_aside(status: int) -> ResponseReturnValue:
    """Keep an answer that cannot be saved until its question is opened again. quiz.js does so by itself."""
    page = render_template("assessment/set_aside.html", question=request.path)
    return unsent.keep(make_response(page, status))


@bp.post("/attempts/<public_id>/submit")
@guard(Permission.LEARN)
def submit(public_id: str) -> ResponseReturnValue:
    """Close the attempt and mark it; what it completes and certifies follows in the same transaction."""
    moment = now()
    sentence, errors = acknowledged(request.form)
    with transaction():
        sheet = own(public_id, to="submit")
        ready = bool(sentence) or sheet.over(moment) or sheet.submitted_at is not None
        if ready:
            _submit(sheet, moment, sentence)
    if not ready:
        return _overview(sheet, errors), 422
    return redirect(url_for(".attempt", public_id=public_id), 303)


def _submit(sheet: Sheet, moment: datetime, sentence: str | None = None) -> None:
    result = service.submit(db.session, sheet, now=moment, acknowledgment=sentence)
    if result and result.passed:
        module, shelf = sheet.lesson or sheet.module, sheet.published
        certificates.complete(db.session, person_id=sheet.person_id, module=module, published=shelf, now=moment)


def _overview(sheet: Sheet, errors: Errors) -> str:
    responses = service.responses(service.answers(db.session, sheet))
    lines = review.overview(sheet.module, sheet.paper, responses)
    return render_template(
        "assessment/overview.html",
        sheet=sheet,
        lines=lines,
        unclear={line.number for line in lines if _unclear(sheet, line.number, responses)},
        first_empty=next((line.number for line in lines if not line.answered), None),
        needed=rules.needed(sheet.of, sheet.pass_mark),
        closes_at=_closes(sheet),
        sentence=translated(ACKNOWLEDGMENT),
        errors=errors,
    )


def _time_over(sheet: Sheet) -> str:
    """A GET changes nothing, so the person submits what stands. The sentence of the acknowledgment is beside the button."""
    lines = review.overview(sheet.module, sheet.paper, service.responses(service.answers(db.session, sheet)))
    return render_template(
        "assessment/time_over.html",
        sheet=sheet,
        done=sum(line.answered for line in lines),
        total=len(lines),
        closed_at=_closes(sheet),
        sentence=translated(ACKNOWLEDGMENT),
    )


def _closes(sheet: Sheet) -> str:
    """Until when answers are taken, in words; "" for no time limit."""
    return at_time(sheet.closes_at, now()) if sheet.closes_at else ""


def _minutes(module: Module) -> int:
    """How long an attempt of the person signed in may take; 0 for no time limit."""
    extra_time = service.extra_time_of(db.session, me().id) if module.time_limit else 0
    return limits.minutes_allowed(module.time_limit, extra_time)


def _waits_until(past: Sequence[Past], shelf: Published) -> datetime | None:
    """From when on the next attempt may begin; None where that is now."""
    until = service.may_begin_at(past, shelf)
    return limits.whole_minute(until) if until and now() < until else None


def _read_again(public_id: str) -> tuple[review.Place, ...]:
    """The sections behind what an own attempt had wrong."""
    sheet = own(public_id)
    told = _told(sheet, service.answers(db.session, sheet), passed=False)
    return review.read_again(one for one in told if not one.mark.right)


def _told(sheet: Sheet, saved: dict[str, Saved], *, passed: bool) -> tuple[review.Told, ...]:
    return review.tell(
        sheet.module,
        sheet.paper,
        service.responses(saved),
        sheet.lesson,
        passed=passed,
        repairs=service.rulings_for(db.session, sheet),
    )


def _unclear(sheet: Sheet, number: int, responses: review.Responses) -> bool:
    asked = sheet.asked(number)
    response = responses.get(sheet.question(number).id)
    return bool(response and problems(asked, to_entry(asked.type, sheet.shown(number), response)))


def _result(sheet: Sheet) -> str:
    key, library = sheet.module.key, sheet.published.library
    history = service.history(db.session, person_id=sheet.person_id, module=key)
    past = next(p for p in history if p.public_id == sheet.public_id)
    saved = service.answers(db.session, sheet)
    told = _told(sheet, saved, passed=past.score.passed)
    waits_until = _waits_until(history, sheet.published)
    mine = desk(db.session, me())
    here = desk(db.session, me(), key).standings.get(key)
    ahead = [s for s in learning_rules.open_ones(mine.standings.values()) if s.module != key]
    wrong = [t for t in told if not t.mark.right]
    return render_template(
        "assessment/result.html",
        sheet=sheet,
        past=past,
        wrong=wrong,
        right=[t for t in told if t.mark.right],
        repaired=[t for t in told if t.repairs],
        again=review.read_again(wrong),
        needed=rules.needed(sheet.of, sheet.pass_mark),
        missing=review.missing_musts(sheet.questions, [t.mark for t in told]) if sheet.module.must_all else (),
        waits_until=waits_until and at_time(waits_until, now()),
        record=service.record(sheet, saved),
        proctored=proctoring.proctored(db.session, sheet.public_id) if sheet.form else None,
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
