"""Terms: a definition stands out, and the first use of each term in a section leads to the glossary."""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from ..course import Module
from ..grammar.abbreviations import WORDS
from ..grammar.definitions import definition
from ..grammar.text import slug
from .place import Place
from .tree import Parents, text_of

# Nothing in these is linked: it is a link already, a name, or the definition itself.
_UNLINKED = frozenset(("a", "code", "pre", "h3", "h4", "h5", "h6", "figcaption", "th", "blockquote"))
_SPELLED = re.compile(r"\(([A-Z]{2,}[0-9]*)\b")


def terms_of(module: Module) -> Mapping[str, str]:
    """What a reader may look up while reading the module: each term and abbreviation with its place in the glossary."""
    found = {
        short: slug(short)
        for section in module.sections
        for short in _SPELLED.findall(section.html)
        if short not in WORDS
    }
    for one in module.definitions:
        found[one.term.casefold()] = one.anchor
        if one.short:
            found[one.short] = one.anchor
    return found


def dress_terms(root: Element, place: Place) -> None:
    """Marks the definitions, then links the first use of every term of the module in this text."""
    for quotation in [element for element in root if element.tag == "blockquote"]:
        if all(_name(paragraph) for paragraph in quotation):
            _separate(root, quotation)
    if place.terms:
        _Linker(root, place.terms).run(root)


def _name(paragraph: Element) -> str:
    """The term that a paragraph defines, "" where it begins otherwise."""
    first = next(iter(paragraph), None)
    defines = (
        paragraph.tag == "p" and first is not None and first.tag == "strong" and not (paragraph.text or "").strip()
    )
    return text_of(first).removesuffix(":").strip() if defines and first is not None else ""


def _separate(root: Element, quotation: Element) -> None:
    """Definitions that follow one another are one quotation to Python-Markdown; each becomes one of its own."""
    at = list(root).index(quotation)
    root.remove(quotation)
    for paragraph in reversed(list(quotation)):
        anchor = definition(_name(paragraph), "", 0).anchor
        own = Element("blockquote", {"class": "definition", "id": f"term-{anchor}"})
        own.append(paragraph)
        own.tail = "\n"
        root.insert(at, own)


class _Linker:
    def __init__(self, root: Element, terms: Mapping[str, str]) -> None:
        self.parents = Parents(root)
        self.terms = terms
        self.left = set(terms.values())
        words = sorted(terms, key=len, reverse=True)
        self.pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)

    def run(self, element: Element) -> None:
        """In the order of the text."""
        if element.tag in _UNLINKED:
            return
        self.link_in(element, element.text or "", None)
        for child in list(element):
            self.run(child)
            self.link_in(element, child.tail or "", child)

    def link_in(self, parent: Element, text: str, before: Element | None) -> None:
        """Splits a text of an element, the one behind `before` or its first, around the terms in it."""
        at = 0
        for start, end, anchor in self.found(text):
            self.put(parent, before, text[at:start])
            link = Element("a", {"class": "term", "href": f"/glossary/#{anchor}"})
            link.text = text[start:end]
            parent.insert(0 if before is None else list(parent).index(before) + 1, link)
            before, at = link, end
        if at:
            self.put(parent, before, text[at:])

    @staticmethod
    def put(parent: Element, before: Element | None, text: str) -> None:
        if before is None:
            parent.text = text
        else:
            before.tail = text

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a term is used that was not linked before; abbreviations in their capitals only."""
        for match in self.pattern.finditer(text):
            anchor = self.terms.get(match[0]) or self.terms.get(match[0].casefold())
            if anchor in self.left:
                self.left.discard(anchor)
                yield match.start(), match.end(), anchor
