"""What members do: see which comments are wanted, write one, send it, read the answer."""

import secrets
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import guard, me, public
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, current_language
from lms.faq import versions as faq
from lms.web import dates
from lms.web.form import Errors
from lms.web.paging import page_of

from . import dispositions, forms, rules, service
from .blueprint import bp
from .commenting import Desk, desk_of, framework, own, running, today
from .models import Comment, CommentPeriod
from .outcomes import OUTCOMES
from .rules import Words
from .service import Author

ROWS = 20


@bp.app_template_global()
def comments_wanted() -> CommentPeriod | None:
    """The period that takes comments on the criteria in force today, for a link on their pages."""
    in_force = framework().program.edition
    return next((period for period in running(db.session) if period.edition == in_force), None)


@bp.get("/feedback/")
@public
def index() -> str:
    """Which period runs and what was said in it so far; the reader's own comments."""
    periods, day = service.periods(db.session), today()
    open_ones = running(db.session)
    counts = service.tally(db.session, current_user.id) if current_user.is_authenticated else {}
    shown = next((s for s in counts if s == request.args.get("show")), next(iter(counts), None))
    page = page_of(request.args.get("page"), counts[shown] if shown else 0, ROWS)
    mine = service.mine(db.session, me().id, shown, offset=page.offset, limit=ROWS) if shown else ()
    return render_template(
        "feedback/index.html",
        running=[(period, service.heard(db.session, period.id)) for period in open_ones],
        coming=rules.coming(periods, day),
        over=rules.over(periods, day),
        counts=counts,
        shown=shown,
        page=page,
        mine=mine,
        answers=service.answers(db.session, mine),
        entries=faq.answering(db.session, [one.id for one in mine]),
        framework=framework(),
        rules=rules,
    )


@bp.get("/feedback/new")
@guard(Permission.LEARN)
def new() -> ResponseReturnValue:
    """An empty form; the address may name the period, the criterion and the entity type."""
    open_ones = running(db.session)
    if not open_ones:
        return redirect(url_for(".index"))
    wanted = forms.read_number(request.args.get("period"))
    desk = desk_of(next((p for p in open_ones if p.id == wanted), open_ones[0]))
    words = forms.read_words(request.args, desk.criteria, desk.entities)
    if len(desk.entities) == 1:
        words = Words(words.criterion, next(iter(desk.entities)), words.kind, words.text)
    return _form(desk, None, secrets.token_urlsafe(16), words, Errors())


@bp.post("/feedback/new")
@guard(Permission.LEARN)
def begin() -> ResponseReturnValue:
    """The first words make a draft; the same form sent again, where its answer was lost, saves into it."""
    period = db.session.get(CommentPeriod, forms.read_number(request.form.get("period")) or 0)
    return _receive(forms.read_public_id(request.form) or abort(400), period or abort(404))


@bp.get("/feedback/comments/<public_id>")
@guard(Permission.LEARN)
def comment(public_id: str) -> ResponseReturnValue:
    """A draft to go on with; what was sent, and the program's answer to it."""
    found = own(public_id)
    desk = desk_of(found.period)
    if found.state == "draft" and rules.runs(found.period, today()):
        return _form(desk, found, public_id, service.words_of(found), Errors())
    answers = [given for given, _by in dispositions.history(db.session, found.merged_id or found.id)]
    return render_template(
        "feedback/comment.html",
        comment=found,
        desk=desk,
        answers=answers,
        stands=rules.standing(found.state, answered=bool(answers)),
        entry=faq.answering(db.session, (found.id,)).get(found.id),
        outcomes=OUTCOMES,
        framework=framework(),
        rules=rules,
    )


@bp.post("/feedback/comments/<public_id>")
@guard(Permission.LEARN)
def save(public_id: str) -> ResponseReturnValue:
    """Save the words as they stand, and send them where that button was pressed."""
    return _receive(public_id, None)


@bp.post("/feedback/comments/<public_id>/withdraw")
@guard(Permission.LEARN)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Delete a draft; take back what was sent, until it is answered."""
    try:
        with transaction():
            found = own(public_id, lock=True)
            draft = found.state == "draft"
            service.withdraw(db.session, found, now=now())
    except service.Answered:
        flash(_("This comment is answered already, so it cannot be withdrawn any more."), "warning")
        return redirect(url_for(".comment", public_id=public_id), 303)
    if draft:
        flash(_("The draft is deleted."))
        return redirect(url_for(".index"), 303)
    flash(_("The comment is withdrawn. Nobody counts or answers it any more."))
    return redirect(url_for(".comment", public_id=public_id), 303)


def _receive(public_id: str, period: CommentPeriod | None) -> ResponseReturnValue:
    """Take a form's words. With `period` the comment may be new, else it must be there already.

    Whatever keeps a comment from being sent, its words are saved.
    """
    moment, language = now(), current_language()
    sends = request.form.get("do") == "send"
    refusal: service.Refused | None = None
    with transaction():
        found = service.own(db.session, public_id, person_id=me().id, lock=True)
        desk = desk_of(found.period if found else period or abort(404))
        words = forms.read_words(request.form, {*desk.criteria, found.criterion if found else ""}, desk.entities)
        errors = forms.whole(words) if sends else Errors()
        try:
            if found is None:
                author = Author(me().id, me().organization_id, language)
                found = service.begin(db.session, public_id, words, period=desk.period, author=author, now=moment)
            else:
                service.save(
                    db.session, found, words, version=forms.read_version(request.form), language=language, now=moment
                )
            if sends and not errors:
                service.send(db.session, found, today=program_day(moment), now=moment)
        except service.IdTaken:
            abort(404)
        except service.Refused as error:
            refusal = error
    return _answer(desk, found, public_id, words, errors, refusal, sends=sends)


def _answer(
    desk: Desk,
    found: Comment | None,
    public_id: str,
    words: Words,
    errors: Errors,
    refusal: service.Refused | None,
    *,
    sends: bool,
) -> ResponseReturnValue:
    if "X-Typed" in request.headers:
        return _saved(desk, found, words, refusal)
    if isinstance(refusal, service.NewerText):
        return _form(desk, found, public_id, words, errors, clash=True), 409
    if isinstance(refusal, service.NoDraft):
        flash(_("This comment was sent already. What is sent is not changed any more."), "warning")
    elif isinstance(refusal, service.Closed):
        flash(_("The comment period has ended, so the comment could not be sent. Your words are saved."), "warning")
    elif isinstance(refusal, service.TooManyDrafts):
        errors.add("text", _too_many())
    elif isinstance(refusal, service.SaidAlready):
        before = refusal.comment.sent_at or refusal.comment.created_at
        errors.add(
            "text",
            _("You sent the same comment on %(moment)s. Change it, or delete this draft.", moment=dates.moment(before)),
        )
    if errors:
        return _form(desk, found, public_id, words, errors), 422
    if sends and refusal is None:
        flash(_("Sent. The answer will be here, and you are told by mail when it is."))
    return redirect(url_for(".comment", public_id=public_id), 303)


def _saved(desk: Desk, found: Comment | None, words: Words, refusal: service.Refused | None) -> ResponseReturnValue:
    """What the script shows beside the words: when they were saved, or why they were not."""
    status = 200 if refusal is None else 422 if isinstance(refusal, service.TooManyDrafts) else 409
    return render_template(
        "feedback/saved.html",
        comment=found,
        newer=isinstance(refusal, service.NewerText),
        too_many=_too_many() if isinstance(refusal, service.TooManyDrafts) else "",
        **_about(desk, words),
    ), status


def _too_many() -> str:
    return _("You have %(most)s drafts. Send or delete some of them first.", most=rules.MOST_DRAFTS)


def _about(desk: Desk, words: Words) -> dict[str, object]:
    """What stands beside the form about the criterion that is chosen."""
    return {
        "criterion": desk.criteria.get(words.criterion),
        "said": service.on_criterion(db.session, desk.period.id, words.criterion),
        "linked": desk.period.edition == framework().program.edition,
    }


def _form(
    desk: Desk, found: Comment | None, public_id: str, words: Words, errors: Errors, *, clash: bool = False
) -> str:
    saved_at: datetime | None = found.saved_at if found else None
    return render_template(
        "feedback/form.html",
        desk=desk,
        comment=found,
        public_id=public_id,
        words=words,
        errors=errors,
        clash=clash,
        saved_at=saved_at,
        rules=rules,
        **_about(desk, words),
    )
