"""Figures, tables, headings, and the pair of lists that says what to do and what not."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from ..course import Language
from .place import Place
from .tree import Parents, text_of

_HEADINGS = ("h3", "h4", "h5", "h6")
_DO: Mapping[Language, tuple[str, str]] = {
    "en": ("Do", "Do not"),
    "es": ("Haga", "No haga"),
    "fr": ("Faites", "Ne faites pas"),
}
_TABLE: Mapping[Language, str] = {"en": "Table", "es": "Tabla", "fr": "Tableau"}
_SPRITE = "/static/vendor/uswds/img/sprite.svg"
_ICONS = {"icon-do": "check_circle", "icon-dont": "cancel"}


def dress_links(root: Element, place: Place) -> None:
    """Addresses of the site for links and images. What the check would refuse loses its address, its text stays."""
    parents = Parents(root)
    for element in list(root.iter()):
        if element.tag == "a" and "href" in element.attrib:
            address = place.href(element.attrib.pop("href"))
            if address:
                element.set("href", address)
            if address and address.startswith("https:"):
                element.set("rel", "noopener noreferrer")
        elif element.tag == "img":
            source = place.src(element.get("src", ""))
            if source:
                element.set("src", source)
                element.set("loading", "lazy")
            else:
                without = Element("span")
                without.text = element.get("alt")
                parents.replace(element, without)


def dress_headings(root: Element, place: Place) -> None:
    for element in root.iter():
        if element.tag in _HEADINGS:
            element.set(
                "id", place.heading_ids.popleft() if place.heading_ids else place.anchors.heading(text_of(element))
            )


def dress_figures(root: Element) -> None:
    """An image that is alone in its paragraph becomes a figure; its title is the caption."""
    parents = Parents(root)
    for paragraph in [element for element in root.iter() if element.tag == "p"]:
        if (
            len(paragraph) != 1
            or paragraph[0].tag != "img"
            or (paragraph.text or "").strip()
            or (paragraph[0].tail or "").strip()
        ):
            continue
        image = paragraph[0]
        figure = Element("figure")
        parents.replace(paragraph, figure)
        figure.append(image)
        image.tail = None
        if caption := image.attrib.pop("title", ""):
            SubElement(figure, "figcaption", {"class": "small quiet"}).text = caption


def dress_tables(root: Element, language: Language) -> None:
    """A table scrolls in a region of its own, named by its first column heads."""
    parents = Parents(root)
    for table in [element for element in root.iter() if element.tag == "table"]:
        table.set("class", "usa-table usa-table--borderless")
        heads = list(table.iter("th"))
        for head in heads:
            head.set("scope", "col")
        named = ", ".join(filter(None, (text_of(head) for head in heads[:3])))
        label = f"{_TABLE[language]}: {named}" if named else _TABLE[language]
        parents.wrap(table, Element("div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": label}))


def dress_pairs(root: Element, language: Language) -> None:
    """A heading "Do" with a list, directly followed by "Do not" with one, stand side by side."""
    children = list(root)
    for at in range(len(children) - 3):
        do, do_list, dont, dont_list = children[at : at + 4]
        heads = (do.tag, dont.tag) == ("h3", "h3") and (text_of(do), text_of(dont)) == _DO[language]
        if not heads or _list_in(do_list) is None or _list_in(dont_list) is None:
            continue
        pair = Element("div", {"class": "dodont"})
        pair.tail = dont_list.tail
        root.insert(list(root).index(do), pair)
        for head, block, icon in ((do, do_list, "icon-do"), (dont, dont_list, "icon-dont")):
            _side(pair, head, block, icon)
            root.remove(head)
            root.remove(block)


def _side(pair: Element, head: Element, block: Element, icon: str) -> None:
    section = SubElement(pair, "section", {"aria-labelledby": head.get("id", "")})
    mark = Element("span", {"class": icon})
    mark.tail, head.text = head.text, None
    head.insert(0, mark)
    head.tail = block.tail = None
    section.extend((head, block))
    bullets = _list_in(block)
    if bullets is not None:
        bullets.set("class", "d")


def _list_in(block: Element) -> Element | None:
    """The bullet list that a block is, or that it holds below its chips."""
    if block.tag == "ul":
        return block
    return next((child for child in block if child.tag == "ul"), None) if block.tag == "div" else None


def with_icons(html: str) -> str:
    """Puts our own icons where their empty places are, after cleaning: no authored text may hold svg."""
    for name, symbol in _ICONS.items():
        icon = f'<svg class="icon" aria-hidden="true" focusable="false"><use href="{_SPRITE}#{symbol}"></use></svg>'
        html = html.replace(f'<span class="{name}"></span>', icon)
    return html
