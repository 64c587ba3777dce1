"""Whom a criterion concerns. Pure."""

from collections.abc import Collection

from .framework import Criterion, Framework


def concerns(
    criterion: Criterion, framework: Framework, entities: Collection[str], declined: Collection[str] = ()
) -> bool:
    """Whether a criterion concerns a company of these entity types that answered no to the `declined` scopes.

    Types with direct evidence count whatever the scope says; the rest is our reading in scopes.yml.
    """
    if criterion.scope in declined:
        return False
    scope = framework.scopes[criterion.scope]
    return scope.entities is None or any(e in scope.entities or e in criterion.entities for e in entities)
