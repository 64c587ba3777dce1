"""Addresses of a company's own assessment: how it stands, a category to fill in, a workbook handed in, paper and CSV."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.models import Organization
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, ngettext
from lms.reporting.blueprint import csv
from lms.schedule.service import current
from lms.web.form import Errors
from lms.web.paging import page_of

from . import assessment, forms, layout, rules, tables
from .assessment import Saved
from .blueprint import bp
from .facts import Facts, Part, facts
from .rules import Said, Typed

GAPS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Own:
    """The company of the person who asks, what applies to it, and what it says so far."""

    company: Organization
    facts: Facts
    said: Mapping[str, Said]

    @property
    def criteria(self) -> Collection[str]:
        return {line.criterion.id for line in self.facts.lines}


@bp.get("/company/assessment/", endpoint="assessment")
@guard(Permission.RUN_COMPANY)
def assess() -> str:
    """How the company says it stands: in a sentence, the gaps by importance, by category."""
    return _overview(Errors())


@bp.post("/company/assessment/")
@guard(Permission.RUN_COMPANY)
def take_over() -> ResponseReturnValue:
    """Save what the preview of a workbook showed."""
    typed, errors = forms.typed(request.form, _own().criteria)
    if errors:
        return _overview(errors), 422
    done = _save(typed)
    flash(ngettext("%(num)s criterion saved.", "%(num)s criteria saved.", len(done.saved)))
    if done.conflicts:
        said = _(
            "Somebody changed %(criteria)s after your preview, so that stays. Hand the workbook in again to see both.",
            criteria=", ".join(done.conflicts),
        )
        flash(said, "warning")
    return redirect(url_for(".assessment"), 303)


@bp.post("/company/assessment/workbook")
@guard(Permission.RUN_COMPANY)
def hand_in() -> ResponseReturnValue:
    """What a filled-in workbook would change; nothing is changed yet."""
    own = _own()
    body, errors = forms.upload(request.files)
    if not errors:
        try:
            filled = layout.rows(body)
        except layout.NoWorkbook as error:
            errors.add("file", _(error.told[0], **error.told[1]))
        else:
            if filled.edition != own.facts.edition:
                errors.add("file", forms.other_edition(filled.edition, own.facts.edition))
    if errors:
        return _overview(errors), 422
    return render_template(
        "workbooks/preview.html",
        preview=forms.preview(filled, own.criteria, own.said),
        titles={line.criterion.id: line.criterion.title for line in own.facts.lines},
        answers=rules.ANSWERS,
        named=forms.Named,
    )


@bp.get("/company/assessment/print")
@guard(Permission.RUN_COMPANY)
def on_paper() -> str:
    """All of it on one page."""
    own = _own()
    tally = rules.tally(own.facts.lines, own.said)
    return render_template("workbooks/paper.html", own=own, tally=tally, answers=rules.ANSWERS, nothing=Said())


@bp.get("/company/assessment/self-assessment.csv")
@guard(Permission.RUN_COMPANY)
def table() -> Response:
    own = _own()
    return csv("self-assessment", (), tables.header(), list(tables.rows(own.facts, own.said)))


@bp.get("/company/assessment/<category>")
@guard(Permission.RUN_COMPANY)
def category(category: str) -> str:
    """The criteria of a category, with what the company says of each."""
    own = _own()
    return _category(own, _part(own, category), {}, Saved(), Errors())


@bp.post("/company/assessment/<category>")
@guard(Permission.RUN_COMPANY)
def save(category: str) -> ResponseReturnValue:
    """Save what was changed: by the button, or by a script while somebody types. What somebody else wrote meanwhile stays."""
    own = _own()
    part = _part(own, category)
    typed, errors = forms.typed(request.form, [line.criterion.id for line in part.lines])
    fine = {criterion: one for criterion, one in typed.items() if forms.Named(criterion).note not in errors.messages}
    done = _save(fine)
    if "HX-Request" in request.headers:
        return render_template(
            "workbooks/saved.html",
            done=done,
            typed=typed,
            there=request.form,
            errors=errors,
            at=now(),
            answers=rules.ANSWERS,
            named=forms.Named,
        )
    if errors or done.conflicts:
        return _category(_own(), part, typed, done, errors), 422 if errors else 409
    flash(_("Saved."))
    return redirect(url_for(".category", category=category), 303)


def _own() -> Own:
    library = published(db.session).library
    company = db.session.get_one(Organization, me().organization_id or abort(404))
    its = facts(library, current(db.session), company.entities, company.declined)
    return Own(company, its, assessment.said(db.session, company.id, its.edition))


def _part(own: Own, slug: str) -> Part:
    return next((part for part in own.facts.parts if part.category.slug == slug), None) or abort(404)


def _save(typed: Mapping[str, Typed]) -> Saved:
    person, edition = me(), published(db.session).library.framework.program.edition
    organization_id = person.organization_id or abort(404)
    with transaction():
        return assessment.save(db.session, organization_id, edition, typed, by_id=person.id, now=now())


def _overview(errors: Errors) -> str:
    own = _own()
    lines = own.facts.lines
    gaps = rules.gaps(lines, own.said)
    page = page_of(request.args.get("page"), len(gaps), GAPS_A_PAGE)
    parts = [(part, rules.tally(part.lines, own.said)) for part in own.facts.parts]
    by_phase = sorted(parts, key=lambda row: (row[0].phase, row[0].category.number))
    return render_template(
        "workbooks/assessment.html",
        own=own,
        tally=rules.tally(lines, own.said),
        parts=parts,
        following=next((part for part, tally in by_phase if tally.unanswered), None),
        gaps=gaps[page.offset : page.offset + page.size],
        page=page,
        trained=assessment.trained(db.session, own.company.id),
        nobody=assessment.Trained(),
        answers=rules.ANSWERS,
        entities=published(db.session).library.framework.entities,
        errors=errors,
    )


def _category(own: Own, part: Part, typed: Mapping[str, Typed], done: Saved, errors: Errors) -> str:
    """The page; what was `typed` stands in the fields in place of what is stored."""
    return render_template(
        "workbooks/category.html",
        own=own,
        part=part,
        typed=typed,
        conflicts=done.conflicts,
        errors=errors,
        trained=assessment.trained(db.session, own.company.id),
        nobody=assessment.Trained(),
        answers=rules.ANSWERS,
        named=forms.Named,
        nothing=Said(),
        longest=rules.LONGEST_NOTE,
    )
