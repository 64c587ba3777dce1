"""Pictures are what their names say, and a drawing is nothing but a drawing."""

import re
from xml.etree import ElementTree

from ..grammar.source import LARGEST_FILE
from ..problem import Report, shown

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\.(?:svg|png|jpg|jpeg|webp)")
_SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
_DRAWN = frozenset((
    "svg", "g", "title", "desc", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "textPath", "use", "symbol", "marker", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop",
))  # fmt: skip
_SVG = "{http://www.w3.org/2000/svg}"


def check_image(path: str, data: bytes, report: Report) -> None:
    name = path.rsplit("/", 1)[-1]
    if not _NAME.fullmatch(name):
        fix = "Use small letters, digits and hyphens, and svg, png, jpg or webp."
        report.add("F006", 1, 1, f"`{shown(name)}` cannot be the name of an image.", fix)
    elif len(data) > LARGEST_FILE:
        report.add("F004", 1, 1, f"The image is {len(data):,} bytes long.", f"At most {LARGEST_FILE:,} bytes.")
    elif name.endswith(".svg"):
        _drawing(data, report)
    elif not _SIGNATURES[name.rsplit(".", 1)[-1]].match(data):
        report.add("F037", 1, 1, "The image is not what its name says.", "Save it again in that format.")


def _drawing(data: bytes, report: Report) -> None:
    """Only shapes and text of SVG: no script, style sheet, foreign content, animation, event or outside address."""
    text = data.decode("utf-8", "replace")
    if re.search(r"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", text, re.IGNORECASE):
        report.add("F037", 1, 1, "The drawing declares a document type or style sheet.", "Delete the declaration.")
        return
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (no entities without a document type)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (1, 0))
        report.add(
            "F037",
            max(line, 1),
            column + 1,
            "The drawing is not well-formed SVG.",
            "Open it in a browser and correct it.",
        )
        return
    if root.tag != f"{_SVG}svg":
        report.add(
            "F037", 1, 1, "The file is no SVG drawing.", 'Begin it with <svg xmlns="http://www.w3.org/2000/svg">.'
        )
    for element in root.iter():
        tag = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
        if tag not in _DRAWN:
            report.add("F037", 1, 1, f"The drawing holds `{shown(tag)}`.", "Use shapes and text only.")
        for attribute, value in element.attrib.items():
            if _is_active(attribute.rsplit("}", 1)[-1].lower(), value):
                said = f"The attribute `{shown(attribute.rsplit('}', 1)[-1])}` is not allowed in a drawing."
                report.add(
                    "F037", 1, 1, said, "Use presentation attributes, and refer only to parts of the drawing with #."
                )


def _is_active(attribute: str, value: str) -> bool:
    if attribute.startswith("on") or attribute in ("style", "src"):
        return True
    if attribute == "href":
        return not value.startswith("#")
    return "url(" in value and not re.fullmatch(r"url\(#[\w.-]+\)", value.strip())
