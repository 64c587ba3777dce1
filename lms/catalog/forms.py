"""The filters of the criteria catalog, from an address to a value."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.content.framework import Criterion, Framework
from lms.content.scope import concerns
from lms.core.language import translated


@dataclass(frozen=True, slots=True)
class CriteriaFilter:
    """What the reader asked for; "" and 0 mean all."""

    entity: str = ""
    level: str = ""
    category: int = 0
    words: str = ""

    @property
    def active(self) -> bool:
        return bool(self.entity or self.level or self.category or self.words)


def read_filter(args: Mapping[str, str], framework: Framework) -> CriteriaFilter:
    """The filter of an address. Values that do not exist count as not given."""
    entity, level, category = args.get("entity", ""), args.get("level", ""), args.get("category", "")
    return CriteriaFilter(
        entity=entity if entity in framework.entities else "",
        level=level if level in ("must", "should") else "",
        category=int(category) if category.isdecimal() and int(category) in framework.categories else 0,
        words=args.get("q", "").strip()[:100],
    )


def matches(criterion: Criterion, wanted: CriteriaFilter, framework: Framework) -> bool:
    """Whether a criterion passes every part of the filter; words are looked for in id, title and summary as the reader sees them."""
    text = f"{criterion.id} {translated(criterion.title)} {translated(criterion.summary)}".casefold()
    return (
        (not wanted.level or criterion.level == wanted.level)
        and (not wanted.category or criterion.category == wanted.category)
        and (not wanted.entity or concerns(criterion, framework, (wanted.entity,)))
        and all(word in text for word in wanted.words.casefold().split())
    )
