"""What another edition of the criteria makes people learn again: which modules, for which entity types, what of them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from lms.content.course import Module
from lms.content.editions import TO_LEARN, Change, diff
from lms.content.framework import Edition
from lms.content.library import Library

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Renewal:
    """A module that teaches criteria which changed, as it is under the new edition.

    `criteria` are these, by their new numbers, `entities` the entity types for which one of them changed (None: all there
    are), `sections` and `questions` those about them. Without questions the whole quiz is asked.
    """

    module: Module
    criteria: tuple[str, ...]
    entities: tuple[str, ...] | None
    sections: tuple[str, ...]
    questions: tuple[str, ...]
    reason: str


def renewals(before: Library, after: Library) -> tuple[Renewal, ...]:
    """From the library of one edition to that of another, in the order of the modules; none where the edition is the same.

    A criterion counts that is new, came to concern the entity type, was raised to a must, or was reworded; one that was only
    renumbered or lowered, or is gone, gives nobody anything to learn. Modules that were not served before are not learned
    again but for the first time.
    """
    old, new = (Edition(lib.framework.program.edition, lib.framework.criteria) for lib in (before, after))
    if old.name == new.name:
        return ()
    changes = {
        entity: {c.after.id: c for c in diff(old, new, after.framework, entity) if c.after and TO_LEARN & set(c.kinds)}
        for entity in after.framework.entities
    }
    found = []
    for key, module in after.modules.items():
        if key not in before.modules:
            continue
        concerned = [
            e for e, theirs in changes.items() if _takes(module, e) and not theirs.keys().isdisjoint(module.criteria)
        ]
        if concerned:
            known: dict[str, Change] = {}
            for entity in concerned:
                known |= {id_: c for id_, c in changes[entity].items() if id_ in module.criteria}
            everybody = len(concerned) == len(after.framework.entities)
            found.append(_renewal(module, known, None if everybody else tuple(concerned), new.name))
    return tuple(found)


def _takes(module: Module, entity: str) -> bool:
    return module.entities is None or entity in module.entities


def _renewal(module: Module, changes: dict[str, Change], entities: tuple[str, ...] | None, edition: str) -> Renewal:
    criteria = tuple(id_ for id_ in module.criteria if id_ in changes)
    return Renewal(
        module=module,
        criteria=criteria,
        entities=entities,
        sections=tuple(s.anchor for s in module.sections if any(t.criterion in changes for t in s.taught)),
        questions=tuple(q.id for q in module.questions if not q.retired and not changes.keys().isdisjoint(q.criteria)),
        reason=_reason(edition, criteria),
    )


def _reason(edition: str, criteria: Collection[str]) -> str:
    """What people read who must learn it again, in English as authors' reasons are."""
    what = "criterion" if len(criteria) == 1 else "criteria"
    said = f"Edition {edition} of the Minimum Security Criteria changed what this module teaches: {what} {', '.join(criteria)}."
    return said if len(said) <= _LONGEST_REASON else f"{said[: _LONGEST_REASON - 3]}..."
