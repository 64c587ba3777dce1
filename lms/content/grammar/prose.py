"""Blocks of prose: what GitHub and Python-Markdown would read differently is a problem, so that there is one reading."""

import re
from dataclasses import dataclass, field

from ..problem import Report
from .inline import Link, Mark, check_line, read_marks
from .tables import cells, is_ruler

_ITEM = re.compile(r"( *)(?:([-*+])|([0-9]{1,9})([.)]))(?: +(.*)|$)")
_RULE = re.compile(r" *(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$")
_UNDERLINE = re.compile(r" *(?:=+|-+) *$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# What would begin a block of its own inside a quotation.
_BLOCK = re.compile(r"\[!|[-*+] |[0-9]{1,9}[.)] |#|\||>|[-=*_ ]+$")
_TIGHT_HEADING = re.compile(r" *(?:#{1,6}[^#\s]|#{7,})| +#{1,6} ")
_TASK = re.compile(r"\[[ xX]?\](?: |$)")


@dataclass(slots=True)
class Prose:
    """Links of the prose, and its marked blocks: the line a block begins at, with the marks that end it."""

    links: tuple[Link, ...] = ()
    taught: list[tuple[int, tuple[Mark, ...]]] = field(default_factory=list)


def check_prose(lines: list[tuple[int, str]], report: Report, *, marks: bool) -> Prose:
    """Reports problems of numbered lines. `marks` tells whether criterion marks are allowed."""
    return _Reader(lines, report, marks).read()


class _Reader:
    """Goes through the lines once. `state` is the kind of the line above: blank, text, item, table, quote or code."""

    def __init__(self, lines: list[tuple[int, str]], report: Report, marks: bool) -> None:
        self.lines = lines
        self.report = report
        self.marks = marks
        self.state = "blank"
        self.begins = 0
        self.depth = -1
        self.bullets: list[str] = []
        self.indent = 0
        self.columns = 0
        self.fence = ""
        self.started = False
        self.links: list[Link] = []
        self.taught: list[tuple[int, tuple[Mark, ...]]] = []

    def read(self) -> Prose:
        for index, (number, text) in enumerate(self.lines):
            if self.fence:
                self.fence = "" if text.strip().startswith(self.fence) else self.fence
            elif not text.strip():
                self.state = "blank"
            else:
                self.state = self.kind(index, number, text)
                if self.state != "code" and not self.fence:
                    self.inside(index, number, text)
                self.started = True
        return Prose(tuple(self.links), self.taught)

    def add(self, code: str, number: int, column: int, message: str, fix: str) -> None:
        self.report.add(code, number, column, message, fix)

    def kind(self, index: int, number: int, text: str) -> str:
        """The kind of a line that is not blank, with what is wrong about its place."""
        above = self.state
        indent = len(text) - len(text.lstrip(" "))
        if above in ("blank", "rule"):
            self.begins, self.indent = number, indent
        if above == "table":
            return self.row(indent, number, text)
        if above == "rule":
            self.add("F041", number, 1, "This line follows a rule.", "Put a blank line between them.")
            above = "blank"
        if indent >= 4 and above in ("blank", "code") and self.depth < 0:
            return "code"
        if fence := _FENCE.match(text):
            said = "Fenced code is not part of the format."
            self.add("F044", number, fence.start(1) + 1, said, "Indent the lines by four spaces.")
            self.fence = fence[1]
            return "text"
        if _TIGHT_HEADING.match(text):
            fix = "Write number signs at the start of the line and one space behind them."
            self.add("F041", number, 1, "This looks like a heading.", fix)
            return "text"
        if _RULE.match(text) or (above != "blank" and _UNDERLINE.match(text)):
            return self.rule(indent, number, above)
        if item := _ITEM.match(text):
            return self.item(item, number, above)
        if text.lstrip().startswith("|"):
            return self.head(index, number, text, above)
        if text.lstrip().startswith(">"):
            return self.quote(indent, number, text, above)
        return self.text(indent, number, above)

    def rule(self, indent: int, number: int, above: str) -> str:
        """A line of hyphens below or above text is a heading to some and a rule to others."""
        if above != "blank" or indent:
            fix = "Write ## before a heading; give a rule a blank line above and no indent."
            self.add("F041", number, 1, "This line makes a heading of the line above.", fix)
        self.depth = -1
        return "rule"

    def quote(self, indent: int, number: int, text: str, above: str) -> str:
        quoted = text.lstrip(" ")[1:].lstrip(" ")
        if _BLOCK.match(quoted):
            said = "A quotation holds nothing but text."
            self.add("F044", number, len(text) - len(quoted) + 1, said, "Put lists, tables and headings outside it.")
        if above == "item" or (above == "text" and self.depth >= 0):
            said = "The quotation follows a list without a blank line."
            self.add("F038", number, indent + 1, said, "Put a blank line above it.")
        if indent % 4 or indent // 4 > self.depth + 1:
            said = "The quotation is indented in a way that reads differently elsewhere."
            self.add("F040", number, 1, said, "Begin the line with >, or with four spaces for each level of a list.")
        if indent == 0:
            self.depth = -1
        return "quote"

    def text(self, indent: int, number: int, above: str) -> str:
        """Text goes on with the block above; behind a blank line it belongs to the list only if it is indented by four."""
        if above in ("item", "quote"):
            return above
        if above == "blank" and self.depth >= 0:
            if indent % 4 or indent // 4 > self.depth + 1:
                said = "It is not clear whether this belongs to the list above."
                self.add("F040", number, indent + 1, said, "Indent it by four spaces for each level, or not at all.")
            self.begins = number
            self.depth = indent // 4 - 1
        return "text"

    def item(self, found: re.Match[str], number: int, above: str) -> str:
        indent, bullet, digits, sign, body = found[1], found[2], found[3], found[4], found[5]
        column = len(indent) + 1
        if above in ("text", "quote"):
            if above == "text" and self.depth < 0 and digits and int(digits) != 1:
                return above
            said = "The list follows a text without a blank line."
            self.add("F038", number, column, said, "Put a blank line above the list.")
        depth = len(indent) // 4
        if above == "item" and len(indent) < self.indent:
            said = "The list item ends an indented list without a blank line."
            self.add("F040", number, column, said, "Put a blank line above it.")
        late = digits and int(digits) != 1 and above == "item" and depth > self.depth
        if len(indent) % 4 or depth > self.depth + 1 or late:
            said = "The list item is indented in a way that reads differently elsewhere."
            fix = "Indent by four spaces for each level, and begin each list of steps at 1."
            self.add("F040", number, column, said, fix)
        if sign == ")":
            self.add("F040", number, column, f"`{digits})` is not read as a list.", f"Write `{digits}.` with a point.")
        self.item_text((body or "").strip(), number, column)
        self.bullet(bullet or "1", depth, number, column, above)
        self.begins = number
        return "item"

    def item_text(self, body: str, number: int, column: int) -> None:
        if not body:
            self.add("F040", number, column, "The list item has no text.", "Write it on the same line.")
        elif _TASK.match(body):
            said = "Boxes stand outside a question."
            self.add("Q018", number, column, said, "Is the line of tags below its heading missing?")
        elif _ITEM.match(body):
            fix = "Write the second on the next line, indented."
            self.add("F040", number, column, "Two list items stand on one line.", fix)

    def bullet(self, bullet: str, depth: int, number: int, column: int, above: str) -> None:
        """One list has one kind of bullet; another kind needs a text between."""
        known = self.bullets[depth] if self.depth >= depth and depth < len(self.bullets) else bullet
        if known != bullet and (above != "blank" or "1" not in (known, bullet)):
            self.add("F040", number, column, f"The list mixes `{known}` and `{bullet}`.", "Use - for every item.")
        depth = min(depth, len(self.bullets)) if self.depth >= 0 else 0
        self.bullets = [*self.bullets[:depth], bullet]
        self.depth = len(self.bullets) - 1

    def head(self, index: int, number: int, text: str, above: str) -> str:
        """The first row of a table."""
        if above != "blank":
            said = "The table follows a text without a blank line."
            self.add("F039", number, 1, said, "Put a blank line above the table.")
        ruler, first = [text for _, text in [*self.lines[index + 1 : index + 3], (0, ""), (0, "")]][:2]
        self.columns = len(cells(text))
        if not is_ruler(ruler):
            said = "The table has no line of dashes below its head."
            self.add("F039", number, 1, said, "Write | --- | --- | there, one for each cell.")
        elif not first.strip():
            self.add("F039", number, 1, "The table has no rows.", "Write them below the line of dashes.")
        self.depth = -1 if not text.startswith("    ") else self.depth
        return "table"

    def row(self, indent: int, number: int, text: str) -> str:
        if not text.lstrip().startswith("|"):
            said = "This text becomes a row of the table above."
            self.add("F039", number, 1, said, "Put a blank line between them.")
        elif indent != self.indent:
            said = "The row is indented otherwise than the first one."
            self.add("F039", number, indent + 1, said, "Begin all rows of a table in one column.")
        elif (count := len(cells(text))) != self.columns:
            said = f"The row has {count} cells, the head {self.columns}."
            self.add("F039", number, 1, said, "Write \\| for a pipe inside a cell.")
        return "table"

    def inside(self, index: int, number: int, text: str) -> None:
        """What the line holds: links, HTML, marks."""
        self.links += check_line(text, number, self.report)
        if "{" not in text:
            return
        ends = self.state in ("text", "item", "quote") and self.ends_block(index)
        marks = read_marks(text, number, self.report, allowed=self.marks and ends)
        if marks and not self.started and text.lstrip().startswith("{"):
            said = "The mark stands alone, with nothing above it."
            self.add("F045", number, marks[0].column, said, "Put it at the end of the paragraph that teaches.")
        elif marks:
            self.taught.append((self.begins, marks))

    def ends_block(self, index: int) -> bool:
        """True on the last line of a paragraph or list item."""
        if index + 1 == len(self.lines):
            return True
        below = self.lines[index + 1][1]
        return not below.strip() or (self.state == "item" and _ITEM.match(below) is not None)
