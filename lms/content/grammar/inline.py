"""What may stand inside a line of prose: no HTML, links and images of a known shape, criterion marks at the end."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..problem import Report, shown

_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]+)\1(?!`)")
_TAG = re.compile(r"(?<!\\)<(?=[a-zA-Z/!?])")
_AUTOLINK = re.compile(r"<https://[^<>\s]+>")
_LINK = re.compile(
    r"(?<!\\)(?P<image>!?)\[(?P<text>(?:[^\[\]\\]|\\.|!\[[^\[\]]*\]\([^()]*\))*)\]"
    r"\((?P<target>[^()\s<>\"']*)(?: +\"(?P<title>[^\"]*)\")? *\)"
)
_LINK_MIDDLE = re.compile(r"(?<!\\)\]\(")
_NOTE = re.compile(r"\[\^[^\]\s]+\]|^ {0,3}\[[^\]]+\]:")
_MARKISH = re.compile(r"\{ *[0-9][^{}]{0,20}\}?")
_MARK = re.compile(r"\{([0-9]+\.[0-9]+)\}")
_MARKS_AT_END = re.compile(r"(?:\{[0-9]+\.[0-9]+\} *)+$")


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image as it was written. `column` is the place of its target."""

    target: str
    line: int
    column: int
    image: bool


@dataclass(frozen=True, slots=True)
class Mark:
    criterion: str
    line: int
    column: int


def without_code(text: str) -> str:
    """The text with code spans blanked out; what is left keeps its columns."""
    return _CODE.sub(lambda m: " " * len(m[0]), text) if "`" in text else text


def check_line(text: str, line: int, report: Report) -> list[Link]:
    """Reports what may not stand in a line, and returns its links and images."""
    if text.endswith("\\"):
        said = "A backslash at the end of a line reads differently elsewhere."
        report.add("F044", line, len(text), said, "Delete it; a blank line begins a new paragraph.")
    if "<" not in text and "](" not in text and "[^" not in text and "]:" not in text:
        return []
    text = without_code(text)
    for tag in _TAG.finditer(text):
        if not _AUTOLINK.match(text, tag.start()):
            said = f"`{shown(text[tag.start() : tag.start() + 20])}` is HTML."
            report.add("F030", line, tag.start() + 1, said, "Write it in Markdown; a plain < needs a space behind it.")
    if note := _NOTE.search(text):
        said = "Footnotes and reference links are not part of the format."
        report.add("F044", line, note.start() + 1, said, "Write the address in the link itself: [text](address).")
    return list(_links(text, line, report))


def _links(text: str, line: int, report: Report) -> Iterator[Link]:
    read: set[int] = set()
    for found in _LINK.finditer(text):
        read.add(found.start("target") - 2)
        image = bool(found["image"])
        if image and not found["text"].strip():
            said = "The image has no text alternative."
            report.add("F034", line, found.start() + 1, said, "Say in the brackets what the picture shows.")
        for inner in _LINK.finditer(text, found.start("text"), found.end("text")):
            read.add(inner.start("target") - 2)
            yield Link(html.unescape(inner["target"]), line, inner.start("target") + 1, bool(inner["image"]))
        yield Link(html.unescape(found["target"]), line, found.start("target") + 1, image)
    for middle in _LINK_MIDDLE.finditer(text):
        if middle.start() not in read:
            said = "This link cannot be read."
            report.add(
                "F035",
                line,
                middle.start() + 1,
                said,
                'Write [text](address) or ![text](images/x.svg "caption") on one line.',
            )


def read_marks(text: str, line: int, report: Report, *, allowed: bool) -> tuple[Mark, ...]:
    """The criterion marks that end a line. Marks elsewhere, misspelled ones and those not `allowed` are reported."""
    if "{" not in text:
        return ()
    text = without_code(text)
    end = _MARKS_AT_END.search(text)
    start = end.start() if end and allowed else len(text)
    for found in _MARKISH.finditer(text, 0, start):
        if not _MARK.fullmatch(found[0]):
            said, fix = f"`{shown(found[0])}` is not a criterion mark.", "Write a mark like {6.1}."
        else:
            said, fix = (
                f"The mark {found[0]} stands where nothing is taught.",
                "Put it at the end of a paragraph or list item of a section.",
            )
        report.add("F045", line, found.start() + 1, said, fix)
    return tuple(Mark(m[1], line, m.start() + 1) for m in _MARK.finditer(text, start))
