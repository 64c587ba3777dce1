"""Criterion marks: `{6.1}` at the end of a paragraph becomes a chip beside it that leads to the criterion."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from ..course import Language
from .place import Place
from .tree import Parents

_END = re.compile(r"\s*((?:\{[0-9]+\.[0-9]+\}\s*)+)$")
_ID = re.compile(r"\{([0-9]+\.[0-9]+)\}")
_BLOCKS = frozenset(
    ["p", "ul", "ol", "div", "table", "blockquote", "pre", "figure", "h3", "h4", "h5", "h6", "section", "hr"]
)
_WIDE = frozenset(("table", "figure", "div"))
_LEVELS: Mapping[Language, Mapping[str, str]] = {
    "en": {"must": "must", "should": "should"},
    "es": {"must": "obligatorio", "should": "recomendado"},
    "fr": {"must": "obligatoire", "should": "recommandé"},
}


def dress_marks(root: Element, place: Place) -> None:
    """Takes the marks out of the text and puts chips and an id on what they mark, in the order of the text."""
    parents = Parents(root)
    for element in list(root.iter()):
        if element.tag in ("p", "li"):
            criteria = _taken(element)
            if criteria:
                _dress(element, criteria, parents, place)


def _taken(element: Element) -> list[str]:
    """Removes the marks at the end of an element's own text, and returns their criteria."""
    last: Element | None = None
    for child in element:
        if child.tag in _BLOCKS:
            break
        last = child
    text = (element.text if last is None else last.tail) or ""
    found = _END.search(text)
    if found is None:
        return []
    kept = text[: found.start()]
    if last is None:
        element.text = kept
    else:
        last.tail = kept
    return list(dict.fromkeys(_ID.findall(found[1])))


def _dress(element: Element, criteria: list[str], parents: Parents, place: Place) -> None:
    anchor = place.anchors.taught(criteria[0])
    chips = _chips(criteria, place)
    item = element if element.tag == "li" else parents.of(element)
    if item.tag == "li" and not item.get("id"):
        item.set("class", "taught")
        item.set("id", anchor)
        _put_into_item(item, element, chips)
        if element is not item and _is_empty(element):
            parents.remove(element)
    else:
        block = parents.before(element) if _is_empty(element) else element
        if block is None:
            return
        if block is not element:
            parents.remove(element)
        wrapper = Element("div", {"class": "taught" if block.tag in _WIDE else "taught measure", "id": anchor})
        parents.wrap(block, wrapper)
        wrapper.insert(0, chips)


def _put_into_item(item: Element, element: Element, chips: Element) -> None:
    """Behind the marked text, which ends at the first block of the item or is one of its paragraphs."""
    children = list(item)
    if element is not item:
        item.insert(children.index(element) + 1, chips)
        return
    at = next((index for index, child in enumerate(children) if child.tag in _BLOCKS), len(children))
    item.insert(at, chips)


def _is_empty(element: Element) -> bool:
    return len(element) == 0 and not (element.text or "").strip()


def _chips(criteria: list[str], place: Place) -> Element:
    chips = Element("p", {"class": "chips"})
    for criterion in criteria:
        known = place.framework.criteria.get(criterion)
        level = known.level if known else "should"
        chip = SubElement(chips, "a", {"class": f"chip chip--{level}", "href": f"/criteria/{criterion}"})
        number = SubElement(chip, "b")
        number.text = criterion
        number.tail = f" {_LEVELS[place.language][level]}"
    return chips
