"""Addresses for repairing a question that was asked already: choose it, see who gains, apply, tell."""

from collections.abc import Iterable, Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.assessment import mails, repairs, rules
from lms.assessment.models import Repair
from lms.assessment.repair import ACCEPTING, CHOOSING, Choice, choices
from lms.assessment.repairs import Change, Proposal, one_each
from lms.catalog.shelf import published
from lms.certificates import service as certificates
from lms.content.course import Module, Question
from lms.core.clock import day_begins, now, program_day
from lms.core.database import db, transaction
from lms.core.language import LANGUAGES
from lms.web.form import Errors
from lms.web.paging import page_of

from . import forms
from .forms import Repairing

bp = Blueprint("repairs", __name__, url_prefix="/studio/repairs")

ROWS = 100
# So many people are told at once: a page must not wait for hundreds of mails.
LETTERS = 20
ID = "int(max=2147483647)"
BLANK = Repairing("", (), "", None, "")


@bp.get("/")
@guard(Permission.REPAIR_QUESTIONS)
def index() -> str:
    """Every repair, and the modules whose questions can be repaired."""
    library = published(db.session).library
    return _page("repairs", entries=repairs.listed(db.session), library=library)


@bp.get("/new")
@guard(Permission.REPAIR_QUESTIONS)
def new() -> str:
    """Choose the question of a module; then say what shall hold."""
    module = _module()
    if "question" not in request.args:
        return _page("repair_choose", module=module, repaired=repairs.last_repairs(db.session))
    question = _question(module)
    return _form(module, question, _choices(module, question), BLANK, Errors())


@bp.get("/dry-run")
@guard(Permission.REPAIR_QUESTIONS)
def dry_run() -> ResponseReturnValue:
    """Who would gain by a repair. Nothing is changed."""
    module, question, offered, value, errors = _typed()
    if errors:
        return _form(module, question, offered, value, errors), 422
    proposal = _proposal(module, question, value)
    outcome = repairs.outcome(db.session, proposal)
    told = one_each(change for change in outcome.changes if change.reachable)
    groups = {
        "changes": outcome.changes,
        "passes": outcome.passes,
        "asked": outcome.asked,
        "told": told,
        "unreachable": one_each(change for change in outcome.changes if not change.reachable),
    }
    return _page(
        "repair_dry_run",
        module=module,
        question=question,
        value=value,
        standing=repairs.standing(db.session, proposal),
        mail=mails.draft(told[0], module.title, value.reason) if told else "",
        typed=[pair for pair in request.args.items(multi=True) if pair[0] not in ("only", "page", "csrf_token")],
        **_rows(groups),
    )


@bp.post("/")
@guard(Permission.REPAIR_QUESTIONS)
def apply() -> ResponseReturnValue:
    """Repair the question for good, with what new passes complete and certify; then tell those concerned."""
    module, question, offered, value, errors = _typed()
    if errors:
        return _form(module, question, offered, value, errors), 422
    moment = now()
    with transaction():
        done = repairs.apply(db.session, _proposal(module, question, value), by_id=me().id, now=moment)
        _complete(done.outcome.passes, module.key)
    if done.again:
        flash("This repair was made before; nothing was changed a second time.", "warning")
    _tell(done.repair_id)
    return redirect(url_for(".repaired", number=done.repair_id), 303)


@bp.get(f"/<{ID}:number>/")
@guard(Permission.REPAIR_QUESTIONS)
def repaired(number: int) -> str:
    """What a repair changed, and who is still to be told."""
    entry = next(iter(repairs.listed(db.session, number)), None) or abort(404)
    changes = repairs.changes_of(db.session, number)
    untold = [change for change in changes if change.told_at is None]
    groups = {
        "changes": changes,
        "passes": tuple(change for change in changes if change.passes),
        "told": one_each(change for change in changes if change.told_at),
        "waiting": one_each(change for change in untold if change.reachable),
        "unreachable": one_each(change for change in untold if not change.reachable),
    }
    module = published(db.session).library.modules.get(entry.repair.module)
    return _page(
        "repair",
        entry=entry,
        module=module,
        question=_named(module, entry.repair.question) if module else None,
        since=program_day(entry.repair.from_at),
        **_rows(groups),
    )


@bp.post(f"/<{ID}:number>/tell")
@guard(Permission.REPAIR_QUESTIONS)
def tell(number: int) -> ResponseReturnValue:
    """Tell those who were not told yet."""
    if db.session.get(Repair, number) is None:
        abort(404)
    _tell(number)
    return redirect(url_for(".repaired", number=number), 303)


def _tell(number: int) -> None:
    told = mails.tell(number, at_most=LETTERS)
    if told.down:
        flash("The mail server does not answer. The repair holds; tell those concerned later, on this page.", "warning")
    elif told.sent:
        flash(f"Told by mail: {told.sent}. Still to tell: {told.left}.")


def _complete(passes: Iterable[Change], key: str) -> None:
    """What new passes complete, and what that certifies: for each person once."""
    shelf, moment = published(db.session), now()
    module = shelf.library.modules[key]
    for person_id in sorted({change.person_id for change in passes}):
        certificates.complete(db.session, person_id=person_id, module=module, published=shelf, now=moment)


def _module() -> Module:
    return published(db.session).library.modules.get(request.values.get("module", "")) or abort(404)


def _question(module: Module) -> Question:
    return _named(module, request.values.get("question", "")) or abort(404)


def _named(module: Module, name: str) -> Question | None:
    return next((question for question in module.questions if question.id == name), None)


def _choices(module: Module, question: Question) -> tuple[Choice, ...]:
    """The options that may be accepted: those of today, and others with which it was asked."""
    if question.type not in CHOOSING:
        return ()
    library = published(db.session).library
    versions = [library.translations.get((module.key, code)) for code in LANGUAGES if code != "en"]
    today = [question, *(q for version in versions if version and (q := _named(version, question.id)))]
    asked = (_named(form, question.id) for form in repairs.forms_asked(db.session, module.key, question.id))
    return choices(today, [form for form in asked if form and form.type == question.type])


def _typed() -> tuple[Module, Question, tuple[Choice, ...], Repairing, Errors]:
    """The question that was chosen with what may be accepted of it, and the repair that was typed in."""
    module = _module()
    question = _question(module)
    offered, ticked = _choices(module, question), request.values.getlist("accept")
    return module, question, offered, *forms.repairing(request.values, ticked, question, offered, program_day(now()))


def _proposal(module: Module, question: Question, value: Repairing) -> Proposal:
    assert value.since is not None  # noqa: S101 - the form had no errors
    return Proposal(module.key, question.id, value.void, value.accepts, day_begins(value.since), value.reason)


def _rows(groups: Mapping[str, Sequence[Change]]) -> dict[str, object]:
    """The counts of a page, and the rows behind the one that was asked for; behind the first without it."""
    asked_for = request.args.get("only", "")
    only = asked_for if asked_for in groups else next(iter(groups))
    rows = groups[only]
    page = page_of(request.args.get("page"), len(rows), ROWS)
    return {"groups": groups, "only": only, "rows": rows[page.offset : page.last], "page": page}


def _page(name: str, **values: object) -> str:
    writes = me().may(Permission.WRITE_COURSES)
    return render_template(f"studio/{name}.html", writes=writes, percent=rules.percent, at_once=LETTERS, **values)


def _form(module: Module, question: Question, offered: tuple[Choice, ...], value: Repairing, errors: Errors) -> str:
    return _page(
        "repair_form",
        module=module,
        question=question,
        choices=offered,
        accepting=question.type in ACCEPTING,
        choosing=question.type in CHOOSING,
        value=value,
        errors=errors,
    )
