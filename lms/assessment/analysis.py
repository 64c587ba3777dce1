"""The item analysis of what is published: every question with what first attempts say about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.catalog.shelf import Published
from lms.content.course import Language, Module, Question

from . import first_attempts
from .choices import Forms
from .items import LEAST, Analysis, Item, analyze


@dataclass(frozen=True, slots=True)
class _Kept:
    """An analysis, and all that it depends on."""

    published: Published
    depends_on: object
    analysis: Analysis


# Of each module the last one that this process made: counting 40 modules of 1,000 attempts each takes seconds.
_kept: dict[str, _Kept] = {}


def analyses(session: Session, published: Published, modules: Iterable[Module]) -> list[Analysis]:
    """The analysis of each of these modules of what is published, in their order."""
    people, kinds = first_attempts.people(session), first_attempts.entity_types(session)
    companies = hash(frozenset(kinds.items()))
    found = []
    for module in modules:
        count, newest = people.get(module.key, (0, None))
        depends_on = count, newest, companies
        kept = _kept.get(module.key)
        if kept is None or kept.published is not published or kept.depends_on != depends_on:
            today = _forms(published, module.key)
            made = _analysis(session, module, today, kinds) if count >= LEAST else ()
            kept = _kept[module.key] = _Kept(published, depends_on, Analysis(module, count, made))
        found.append(kept.analysis)
    return found


def _analysis(
    session: Session, module: Module, today: dict[str, Forms], kinds: first_attempts.EntityTypes
) -> tuple[Item, ...]:
    rows, older = first_attempts.read(session, module.key, today, kinds)
    return analyze((forms for forms in today.values() if not forms["en"].retired), rows, older)


def _forms(published: Published, key: str) -> dict[str, Forms]:
    """The questions of a published module by id, each in every language that it has today."""
    found: dict[str, dict[Language, Question]] = {q.id: {} for q in published.library.modules[key].questions}
    for language in (language for module, language in published.documents if module == key):
        translated = published.library.module(key, language)
        for question in translated.questions if translated else ():
            found[question.id][language] = question
    return dict(found)
