"""Training without computers: booklet and tests to print, and typing in what people wrote."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.assessment import onpaper, proctoring, rules
from lms.assessment import service as assessment
from lms.assessment.onpaper import Variant
from lms.assessment.paper import to_response
from lms.assessment.proctoring import TakenIn, Test
from lms.assessment.repairs import rulings
from lms.catalog.shelf import Published, published
from lms.content.course import Module
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import NAMES, _, current_language, using
from lms.web.dates import at_time
from lms.web.dates import day as in_words
from lms.web.form import Errors

from . import forms, paper
from .forms import About, Printing

bp = Blueprint("paper", __name__, url_prefix="/company/paper")


@bp.get("/")
@guard(Permission.RUN_COMPANY)
def index() -> str:
    """Choose what to print; type in what came back."""
    modules = _modules()
    chosen = forms.read_printing(request.args, modules, current_language())
    return render_template(
        "reporting/paper.html",
        titles=_titles(modules),
        chosen=chosen,
        module=_module(chosen) if chosen.module else None,
        languages=NAMES.items(),
        variants=[(n, n) for n in range(1, onpaper.MOST_VARIANTS + 1)],
        key_closed=_key_closed(chosen.module),
    )


@bp.get("/booklet")
@guard(Permission.RUN_COMPANY)
def booklet() -> str:
    """The whole lesson as on its page for paper, in the language that was chosen and not in the reader's."""
    chosen = forms.read_printing(request.args, _modules(), current_language())
    module, framework = _module(chosen) if chosen.module else abort(404), _shelf().library.framework
    with using(module.language):
        return render_template(
            "learning/print.html", module=module, category=framework.categories[module.category], framework=framework
        )


@bp.get("/test")
@guard(Permission.RUN_COMPANY)
def test() -> str:
    """The test in its variants, each on sheets of its own, in the language of the module."""
    module, variants = _printed()
    sheets = [(one, onpaper.asked_questions(module, one.paper)) for one in variants]
    with using(module.language):
        return render_template("reporting/paper_test.html", module=module, sheets=sheets, letter=onpaper.letter)


@bp.get("/key")
@guard(Permission.RUN_COMPANY)
def key() -> ResponseReturnValue:
    """The right answers, for a coordinator who has passed the module: nobody reads a key before."""
    module, variants = _printed()
    if closed := _key_closed(module.key):
        flash(closed, "error")
        return redirect(url_for(".index"), 303)
    repairs = rulings(db.session, module.key)
    keys = [(one, onpaper.key(module, one.paper, repairs)) for one in variants]
    with using(module.language):
        return render_template("reporting/paper_key.html", module=module, keys=keys)


@bp.get("/answers")
@guard(Permission.RUN_COMPANY)
def sheet() -> ResponseReturnValue:
    """Whose sheet it is and which one; then a line for each answer."""
    about, errors, found = _about(request.args)
    if "person" not in request.args:  # with module and day, for the next sheet of a pile
        return _choose(about, Errors())
    return _choose(about, errors) if errors or found is None else _lines(about, found, {}, Errors())


@bp.post("/answers")
@guard(Permission.RUN_COMPANY)
def take_in() -> ResponseReturnValue:
    """The sheet as an attempt of the person, with what it completes and certifies."""
    about, errors, found = _about(request.form)
    if errors or found is None or about.person is None or about.day is None:
        return _choose(about, errors)
    questions = onpaper.asked_questions(found.module, found.variant.paper)
    typed, entries, wrong = forms.read_answers(questions, request.form)
    if wrong:
        return _lines(about, found, typed, wrong)
    responses = _responses(found, entries)
    try:
        with transaction():
            taken = paper.take_in(
                db.session, found, published(db.session), person_id=about.person, proctor_id=me().id, day=about.day,
                responses=responses, now=now(),
            )  # fmt: skip
    except (proctoring.OtherAnswers, proctoring.HasOpenAttempt, assessment.TooSoon) as refused:
        wrong.add(questions[0].field, _why(refused))
        return _lines(about, found, typed, wrong)
    _say(taken, paper.people(db.session, _own(), me().id)[about.person])
    return redirect(url_for(".sheet", module=about.module, day=about.typed_day), 303)


def _why(refused: Exception) -> str:
    if isinstance(refused, proctoring.OtherAnswers):
        return _("This sheet was typed in before with other answers. Those stay, as every submission does.")
    if isinstance(refused, assessment.TooSoon):
        return _(
            "After two misses in a row there is a wait. Type this sheet in from %(time)s on.",
            time=at_time(refused.until, now()),
        )
    return _("This person has begun the quiz online. That attempt has to be submitted first.")


def _say(taken: TakenIn, name: str) -> None:
    said = {"name": name, "percent": rules.percent(taken.score.points, taken.score.of)}
    if taken.before:
        flash(_("This sheet of %(name)s was typed in before; nothing was changed.", name=name), "warning")
    elif taken.score.passed:
        flash(_("%(name)s passed with %(percent)s %%. The record says that you proctored the test.", **said))
    else:
        missed = _("%(name)s did not pass, with %(percent)s %%. Print another variant for the next try.", **said)
        flash(missed, "warning")


def _about(values: Any) -> tuple[About, Errors, Test | None]:
    """Whose sheet, of which test; errors where it cannot be told."""
    people = paper.people(db.session, _own(), me().id)
    about = forms.read_about(values, _modules(), people)
    today = program_day(now())
    errors = forms.problems(about, today)
    found = None
    if about.module and about.name:
        found = proctoring.find_test(
            db.session, published(db.session), module=about.module, name=about.name, entities=_entities()
        )
        if found is None:
            errors.add(
                "sheet", _("No test of this module has this number. Look at the module and at the head of the sheet.")
            )
        elif about.day and about.day < found.since:
            errors.add("day", _("This test has existed since %(day)s only.", day=in_words(found.since)))
    return about, errors, found


def _responses(found: Test, entries: list[list[Any]]) -> dict[str, list[Any]]:
    """In the questions' own terms, by question; a line that was left empty is no answer."""
    asked = onpaper.asked_questions(found.module, found.variant.paper)
    return {
        drawn.question: to_response(one.type, drawn.shown, entry)
        for drawn, one, entry in zip(found.variant.paper.drawn, asked, entries, strict=True)
        if any(value is not None for value in entry)
    }


def _choose(about: About, errors: Errors) -> ResponseReturnValue:
    page = render_template(
        "reporting/paper_sheet.html",
        titles=_titles(_modules()),
        people=paper.people(db.session, _own(), me().id),
        about=about,
        errors=errors,
        today=program_day(now()),
    )
    return page, 422 if errors else 200


def _lines(about: About, found: Test, typed: dict[str, str], errors: Errors) -> ResponseReturnValue:
    page = render_template(
        "reporting/paper_answers.html",
        about=about,
        found=found,
        name=paper.people(db.session, _own(), me().id)[about.person or 0],
        questions=onpaper.asked_questions(found.module, found.variant.paper),
        typed=typed,
        errors=errors,
        letter=onpaper.letter,
    )
    return page, 422 if errors else 200


def _printed() -> tuple[Module, list[Variant]]:
    """The module that was chosen and its variants; 404 for what is not the company's, or asks nothing."""
    chosen = forms.read_printing(request.args, _modules(), current_language())
    module = _module(chosen) if chosen.module else abort(404)
    document = _shelf().documents[module.key, module.language]
    variants = [onpaper.variant(module, document, _entities(), n) for n in range(1, chosen.variants + 1)]
    return module, variants if variants[0].paper.drawn else abort(404)


def _module(chosen: Printing) -> Module:
    return _shelf().library.module(chosen.module, chosen.language) or abort(404)


def _modules() -> dict[str, Module]:
    return paper.modules(db.session, _own(), _shelf().library)


def _titles(modules: Mapping[str, Module]) -> list[tuple[str, str]]:
    """As one reads them, in the language of the page where there is a translation."""
    library = _shelf().library
    return [(key, (library.module(key, current_language()) or module).title) for key, module in modules.items()]


def _shelf() -> Published:
    return published(db.session)


def _entities() -> list[str]:
    return assessment.entities_of(db.session, _own())


def _key_closed(module: str) -> str:
    """Why the reader may not see the key, "" where nothing speaks against it: a pass, and no attempt open (promise 5)."""
    past = assessment.history(db.session, person_id=me().id, module=module)
    if not any(one.score.passed for one in past):
        return _("The key opens once you have passed this module yourself. The site marks the sheets without it.")
    if proctoring.has_open_attempt(db.session, person_id=me().id, module=module):
        return _(
            "You have another attempt at this quiz open. What was right and what was not is shown here again once you have submitted it."
        )
    return ""


def _own() -> int:
    return me().organization_id or abort(404)
