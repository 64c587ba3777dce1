"""Editions of the criteria on the published site: what points to each, what putting another one in force would do, and doing it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.shelf import Published, published
from lms.content.adopting import adopted
from lms.content.check import check
from lms.content.course import Module, Question
from lms.content.editions import TO_LEARN, diff, names, pairs
from lms.content.framework import Edition, Framework
from lms.content.library import Library
from lms.content.parse import parse_module
from lms.content.problem import Problem
from lms.core import audit
from lms.learning.renewing import Renewal, renewals
from lms.learning.retraining import follow
from lms.workbooks.carrying import Kept, carry

_NO_CRITERION = re.compile(r"There is no criterion `([0-9.]+)`")
_SAYS_EDITION = re.compile(rb"^edition:", re.MULTILINE)


class NoSuchEdition(Exception):
    """There is no edition of this name beside the one in force."""


class Outdated(Exception):
    """Somebody published since the counts were shown. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """An edition, with the modules that are for it alone and the questions, each with its module, that are asked under it alone."""

    name: str
    in_force: bool
    musts: int
    shoulds: int
    modules: tuple[Module, ...]
    questions: tuple[tuple[Module, Question], ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the site would be with another edition in force. `library` is None where the check finds errors.

    `renewals` are modules to take again, `first` those served for the first time, `gone` those served no longer.
    """

    problems: tuple[Problem, ...]
    library: Library | None
    renewals: tuple[Renewal, ...] = ()
    first: tuple[Module, ...] = ()
    gone: tuple[Module, ...] = ()


# What the last look at an edition found: the check takes seconds, and staff turn pages.
_held: dict[tuple[str, str], Prospect] = {}


def pointing(session: Session, shelf: Published) -> tuple[Pointing, ...]:
    """Every edition, in order, with what points to it."""
    framework = shelf.library.framework
    modules = [*shelf.library.modules.values(), *_waiting(session, shelf)]
    found = []
    for name in names(framework):
        edition = framework.edition(name)
        levels = [c.level for c in edition.criteria.values()] if edition else []
        found.append(
            Pointing(
                name=name,
                in_force=name == framework.program.edition,
                musts=levels.count("must"),
                shoulds=levels.count("should"),
                modules=tuple(m for m in modules if m.edition == name),
                questions=tuple((m, q) for m in modules for q in m.questions if q.edition == name),
            )
        )
    return tuple(found)


def _waiting(session: Session, shelf: Published) -> list[Module]:
    """English modules of another edition than the one in force: stored with the revision, served nowhere."""
    found = []
    for path, data in sorted(store.content_of(session, shelf.revision_id).items()):
        if path.count("/") == 1 and path.endswith(".md") and _SAYS_EDITION.search(data.split(b"\n---", 1)[0]):
            module = parse_module(path, data, shelf.library.framework).module
            if module and module.language == "en" and module.edition != shelf.library.framework.program.edition:
                found.append(module)
    return found


def prospect(session: Session, shelf: Published, name: str) -> Prospect:
    """What adopting an edition would bring; nothing is written. Raises NoSuchEdition."""
    if name not in shelf.library.framework.editions:
        raise NoSuchEdition
    key = (store.digest_of_revision(session, shelf.revision_id) or "", name)
    if key not in _held:
        found = _prospect(store.content_of(session, shelf.revision_id), shelf.library, name)
        _held.clear()
        _held[key] = found
    return _held[key]


def _prospect(files: Mapping[str, bytes], before: Library, name: str) -> Prospect:
    result = check(adopted(files, before.framework, name), before)
    after = result.library
    gone = before.framework.criteria.keys() - before.framework.editions[name].criteria.keys()
    errors = tuple(_told(problem, gone, name) for problem in result.problems if problem.is_error)
    if after is None:
        return Prospect(errors, None)
    return Prospect(
        errors,
        after,
        renewals(before, after),
        tuple(m for key, m in after.modules.items() if key not in before.modules),
        tuple(m for key, m in before.modules.items() if key not in after.modules),
    )


def _told(problem: Problem, gone: Collection[str], name: str) -> Problem:
    """An error about a criterion that the edition does without says so, and names no other criterion for it."""
    said = _NO_CRITERION.match(problem.message)
    if said is None or said[1] not in gone:
        return problem
    fix = f"Edition {name} has it no more: take it out of the list of criteria, the marks and the questions of this module."
    return replace(problem, fix=fix)


def adopt(session: Session, name: str, *, seen: int, author: str, actor_id: int, now: datetime) -> int:
    """Put an edition in force, with the requirements and the retraining that follow; how many are due once more, counted for
    each module. `seen` is the revision whose counts the person was shown.

    Raises NoSuchEdition, Outdated, or of the catalog Unpublishable; then nothing was changed.
    """
    shelf = published(session)
    framework = shelf.library.framework
    if name not in framework.editions:
        raise NoSuchEdition
    if shelf.revision_id != seen:
        raise Outdated
    former = framework.program.edition
    files = adopted(store.content_of(session, seen), framework, name)
    message = f"Edition {name} of the criteria is in force, in place of {former}."
    try:
        revision = catalog.publish(
            session, files, base=seen, author=author, message=message, now=now, actor_id=actor_id
        )
    except catalog.FolderLags as error:
        raise Outdated from error
    due = follow(session, revision, now=now)
    former_one, next_one = framework.edition(former), framework.editions[name]
    assert former_one is not None  # noqa: S101 - it is the one in force
    carry(session, kept(former_one, next_one, framework), former=former, edition=name)
    audit.record(
        session,
        action="edition.adopted",
        subject=name,
        actor_id=actor_id,
        now=now,
        former=former,
        revision=revision.id,
        due=due,
    )
    return due


def kept(a: Edition, b: Edition, framework: Framework) -> list[Kept]:
    """The criteria of edition a that edition b has too, and whether what companies say of them still fits: where nothing is to be
    learned about them."""
    changed = {change.after.id for change in diff(a, b, framework) if change.after and TO_LEARN & set(change.kinds)}
    return [
        Kept(before.id, after.id, after.id not in changed)
        for before, after in pairs(a, b, framework)
        if before and after
    ]
