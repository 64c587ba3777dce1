"""Moves in a tree of elements, which do not know their parents."""

from xml.etree.ElementTree import Element


class Parents:
    """The parent of each element; kept right by the moves below."""

    def __init__(self, root: Element) -> None:
        self._parents = {child: parent for parent in root.iter() for child in parent}

    def of(self, element: Element) -> Element:
        return self._parents[element]

    def before(self, element: Element) -> Element | None:
        """The sibling before an element."""
        siblings = list(self.of(element))
        at = siblings.index(element)
        return siblings[at - 1] if at else None

    def remove(self, element: Element) -> None:
        """An element goes; text behind it stays only if it is more than space."""
        parent = self._parents.pop(element)
        before = self.before_in(parent, element)
        if (element.tail or "").strip():
            if before is None:
                parent.text = (parent.text or "") + (element.tail or "")
            else:
                before.tail = (before.tail or "") + (element.tail or "")
        parent.remove(element)

    def before_in(self, parent: Element, element: Element) -> Element | None:
        siblings = list(parent)
        at = siblings.index(element)
        return siblings[at - 1] if at else None

    def replace(self, element: Element, other: Element) -> None:
        """Another element takes the place of one, with the text behind it."""
        parent = self._parents.pop(element)
        other.tail, element.tail = element.tail, None
        parent[list(parent).index(element)] = other
        self._parents[other] = parent

    def wrap(self, element: Element, wrapper: Element) -> None:
        """The element moves into an empty wrapper that takes its place."""
        self.replace(element, wrapper)
        wrapper.append(element)
        self._parents[element] = wrapper


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
