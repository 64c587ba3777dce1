"""Addresses with which staff read the comments, put those together that say the same, and answer."""

from datetime import date

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import people
from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.content.framework import Criterion
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.reporting.blueprint import csv
from lms.web.form import Errors, text
from lms.web.paging import page_of

from . import counting, dispositions, groups, periods
from .blueprint import bp
from .models import Comment
from .outcomes import OUTCOMES
from .rules import KIND_NAMES

ROWS = 25
# The most alike of the other comments on a criterion, beside a comment.
ALIKE = 20
LONGEST_ANSWER = 4000
SIDES = {"criterion": "By criterion", "entity": "By entity type", "kind": "By kind", "week": "By week"}
STATES = (
    ("open", "Not answered"),
    ("answered", "Answered"),
    ("mine", "Mine to answer"),
    ("unassigned", "Nobody's yet"),
)
ONE = "/program/rollout/comments/<public_id>"
_CORRECTED = "The new answer is recorded. Members see it on the site; who was told already gets no second mail."


@bp.get("/program/rollout/comments/")
@guard(Permission.RUN_ROLLOUT)
def desk() -> str:
    """How many comments there are, how many of them answered, by what; and the comments themselves."""
    asked, who = counting.wanted(request.args), me().id
    dimension = next((d for d in counting.DIMENSIONS if d == request.args.get("by")), counting.DIMENSIONS[0])
    total = counting.total(db.session, asked, who)
    page = page_of(request.args.get("page"), total.comments, ROWS)
    opened = [one for one, _ in periods.listed(db.session)]
    framework = published(db.session).library.framework
    return _page(
        "program",
        asked=asked,
        dimension=dimension,
        sides=SIDES,
        states=STATES,
        total=total,
        lines=counting.by(db.session, dimension, asked, who),
        rows=counting.listed(db.session, asked, who, offset=page.offset, limit=page.size),
        page=page,
        periods=opened,
        edition=next((one.edition for one in opened if one.id == asked.period), framework.program.edition),
        entities=[entity.choice for entity in framework.entities.values()],
        day_of=date.fromisoformat,
        program_day=program_day,
    )


@bp.get("/program/rollout/comments.csv")
@guard(Permission.RUN_ROLLOUT)
def desk_csv() -> Response:
    asked = counting.wanted(request.args)
    return csv("comments", asked.chosen.values(), counting.CSV, counting.lines(db.session, asked, me().id))


@bp.get(ONE)
@guard(Permission.RUN_ROLLOUT)
def desk_comment(public_id: str) -> str:
    comment = _known(public_id)
    standing = dispositions.newest(db.session, [comment.id]).get(comment.id)
    return _comment_page(comment, standing.outcome if standing else "", standing.text if standing else "", Errors())


@bp.post(f"{ONE}/answer")
@guard(Permission.RUN_ROLLOUT)
def answer(public_id: str) -> ResponseReturnValue:
    """Record what was decided; the authors are told."""
    _known(public_id)
    outcome, said, errors = request.form.get("outcome", ""), text(request.form, "text"), Errors()
    if outcome not in OUTCOMES:
        errors.add("outcome", "Choose what was decided.")
    if not said or len(said) > LONGEST_ANSWER:
        errors.add("text", f"Write the answer, {LONGEST_ANSWER:,} characters at most. The authors read it.")
    if errors:
        return _comment_page(_known(public_id), outcome, said, errors), 422
    typed = request.form.get("seen", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    try:
        with transaction():
            comment = groups.known(db.session, public_id, locked=True)
            dispositions.answer(db.session, comment, outcome=outcome, text=said, seen=seen, by_id=me().id, now=now())
    except dispositions.AnsweredMeanwhile:
        errors.add("text", "Somebody answered meanwhile, see below. Send yours again if it is to hold instead.")
        return _comment_page(_known(public_id), outcome, said, errors), 409
    except dispositions.NotToAnswer:
        return _back(public_id, "It was withdrawn, or merged into another comment, meanwhile. Nothing was changed.")
    return _back(
        public_id, _CORRECTED if seen else "The answer is recorded. Each author is told by mail once.", "message"
    )


@bp.post(f"{ONE}/merge")
@guard(Permission.RUN_ROLLOUT)
def merge(public_id: str) -> ResponseReturnValue:
    """Answer the ticked comments by this one."""
    ticked = request.form.getlist("other")
    try:
        with transaction():
            merged = groups.merge(db.session, public_id, ticked, by_id=me().id, now=now())
    except groups.NoSuchComment:
        abort(404)
    except groups.CannotMerge as error:
        return _back(public_id, f"{error} Nothing was changed.")
    if not merged:
        return _back(public_id, "Tick the comments that say the same. Nothing was changed.")
    are = "comment is" if merged == 1 else "comments are"
    return _back(public_id, f"{merged:,} {are} merged into this one. One answer is for all.", "message")


@bp.post(f"{ONE}/take-out")
@guard(Permission.RUN_ROLLOUT)
def take_out(public_id: str) -> ResponseReturnValue:
    """Let a merged comment stand by itself again."""
    try:
        with transaction():
            head = groups.take_out(db.session, public_id, by_id=me().id, now=now())
    except groups.NoSuchComment:
        abort(404)
    except groups.NotMerged:
        return _back(public_id, "It stands by itself already. Nothing was changed.")
    return _back(head, "The comment stands by itself again and waits for an answer of its own.", "message")


@bp.post(f"{ONE}/assign")
@guard(Permission.RUN_ROLLOUT)
def assign(public_id: str) -> ResponseReturnValue:
    typed = request.form.get("person", "")
    person = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    try:
        with transaction():
            groups.assign(db.session, public_id, person, by_id=me().id, now=now())
    except groups.NoSuchComment:
        abort(404)
    except groups.NotOfTheStaff:
        return _back(public_id, "That person does not run the roll-out any more. Choose somebody else.")
    return _back(public_id, "Saved who looks after it.", "message")


def _known(public_id: str) -> Comment:
    try:
        return groups.known(db.session, public_id)
    except groups.NoSuchComment:
        abort(404)


def _back(public_id: str, says: str, kind: str = "warning") -> ResponseReturnValue:
    flash(says, kind)
    return redirect(url_for("feedback.desk_comment", public_id=public_id), 303)


def _criterion(edition: str, criterion: str) -> Criterion | None:
    """None where the published site has the edition no more."""
    found = published(db.session).library.framework.edition(edition)
    return found.criteria.get(criterion) if found else None


def _page(name: str, **values: object) -> str:
    framework = published(db.session).library.framework
    return render_template(
        f"feedback/{name}.html",
        framework=framework,
        criterion_of=_criterion,
        kinds=KIND_NAMES,
        outcomes=OUTCOMES,
        **values,
    )


def _comment_page(comment: Comment, outcome: str, said: str, errors: Errors) -> str:
    head = comment if comment.merged_id is None else db.session.get_one(Comment, comment.merged_id)
    group, others = groups.group_of(db.session, comment.id), groups.alike(db.session, comment, most=ALIKE)
    history = dispositions.history(db.session, head.id)
    staff = {person.id: person.name for person in groups.staff(db.session)}
    if comment.assigned_id is not None:  # somebody who left the staff keeps what was given to him or her
        staff.setdefault(comment.assigned_id, people.get(db.session, comment.assigned_id).name)
    return _page(
        "program_comment",
        comment=comment,
        head=head,
        group=group,
        told=sum(one.state == "sent" for one in (comment, *group)),
        others=others,
        answered=dispositions.answered_of(db.session, [one.id for one in others]),
        compared=groups.COMPARED,
        history=history,
        staff=staff,
        outcome=outcome,
        said=said,
        errors=errors,
    )
