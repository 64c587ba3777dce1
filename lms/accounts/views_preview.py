"""A page that several views show first: what other job functions, or another company, will do for a person."""

from flask import render_template, request, url_for

from lms.catalog.shelf import published
from lms.core.database import db
from lms.learning import whatif
from lms.schedule import exemptions, preview
from lms.schedule import service as schedules
from lms.schedule.preview import Difference
from lms.schedule.rules import Requirement, requirements

from . import people, rules
from .blueprint import function_names
from .models import Organization, Person


def asks_first(person: Person, company: Organization | None, functions: tuple[str, ...]) -> bool:
    """Whether other modules could follow, and nobody has said yes to them."""
    before = person.organization, rules.canonical(people.functions_of(person))
    return "confirm" not in request.form and before != (company, rules.canonical(functions) if company else [])


def preview_page(person: Person, company: Organization | None, functions: tuple[str, ...], *, back: str) -> str:
    """What this company and these job functions will do. `back` is the endpoint of the person's page, where the form goes too."""
    found = _difference(person, company, functions)
    modules = [r.module for r in (*found.added, *found.dropped)]
    return render_template(
        "accounts/functions_preview.html",
        person=person,
        company=company,
        functions=function_names(),
        chosen=rules.canonical(functions),
        found=found,
        completed=whatif.completed_on(db.session, person.id, modules),
        standing=whatif.standing(db.session, person.id, modules),
        library=published(db.session).library,
        back=url_for(back, person_id=person.id),
        sent=request.form,
    )


def _difference(person: Person, company: Organization | None, functions: tuple[str, ...]) -> Difference:
    """Between what is required of the person now, and there with these job functions."""
    library, schedule = published(db.session).library, schedules.current(db.session)
    profile, home = person.profile, person.organization
    before: tuple[Requirement, ...] = ()
    after: tuple[Requirement, ...] = ()
    if profile is not None and home is not None:
        held = requirements(
            library,
            schedule,
            entities=profile.entities,
            declined=profile.declined,
            functions=profile.functions,
            exempt=profile.exempt,
        )
        before = preview.for_company(held, home.due_by)
    if company is not None:
        then = requirements(
            library,
            schedule,
            entities=company.entities,
            declined=company.declined,
            functions=functions,
            exempt=[one.module for one in exemptions.of_person(db.session, person.id, company.id)],
        )
        after = preview.for_company(then, company.due_by)
    return preview.difference(before, after)
