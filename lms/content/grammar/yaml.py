"""YAML in which every value knows its place. Scalars stay the text that was written: 6.10 is not 6.1, `no` is not False."""

from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..problem import Report, shown

DEEPEST = 6
LONGEST = 60_000
_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ["str", "int", "float", "bool", "null", "seq", "map", "timestamp"]
)

# What is never closed is noticed lines below; for these the problem stands where it was opened.
_OPENS = frozenset(["while scanning a quoted scalar", "while parsing a flow sequence", "while parsing a flow mapping"])


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `quoted` ones are text even where they look like a number."""

    value: str
    line: int
    column: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple["Value", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping. `keys` holds the places of the keys."""

    values: Mapping[str, "Value"]
    keys: Mapping[str, Text]
    line: int
    column: int


Value = Text | Sequence | Record


def read_yaml(text: str, report: Report, above: int = 0) -> Value | None:
    """The document, or None after a problem. `above` is the number of lines of the file above the text."""
    if len(text) > LONGEST or text.count("[") + text.count("{") > 200:
        # YAML is slow to read, and deep brackets exhaust the parser's stack. No honest file comes near.
        report.add(
            "F011", above + 1, 1, "This is too long, or has too many brackets.", "Keep to the keys of the format."
        )
        return None
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        opened = error.context in _OPENS
        mark = (error.context_mark if opened else error.problem_mark) or error.context_mark
        place = (above + mark.line + 1, mark.column + 1) if mark else (above + 1, 1)
        said = f"This is not YAML: {shown(str(error.problem))}."
        fix = "Close the quotation marks or the bracket that begins here." if opened else "Write `key: value`."
        report.add("F011", *_inside(place, text, above), said, fix)
        return None
    except (YAMLError, ValueError, RecursionError, OverflowError) as error:
        said = shown(str(error).split("\n")[0])
        report.add(
            "F011", above + 1, 1, f"This is not YAML: {said}.", "Write `key: value`, with quotes around special signs."
        )
        return None
    return _Reader(report, above).value(node, 0) if node is not None else None


def _inside(place: tuple[int, int], text: str, above: int) -> tuple[int, int]:
    """YAML's end-of-file mark lies below the last line; the problem belongs to the last line."""
    lines = text.rstrip("\n").split("\n")
    index = min(place[0] - above, len(lines)) - 1
    return above + index + 1, min(place[1], len(lines[index]) + 1)


class _Reader:
    def __init__(self, report: Report, above: int) -> None:
        self.report = report
        self.above = above

    def value(self, node: Node, depth: int) -> Value | None:
        line, column = node.start_mark.line + 1 + self.above, node.start_mark.column + 1
        if depth > DEEPEST or node.anchor or str(node.tag) not in _CORE_TAGS:
            self.report.add(
                "F011", line, column, "Anchors, tags and deep nesting are not used here.", "Write the value itself."
            )
            return None
        match node:
            case ScalarNode():
                return Text(node.value, line, column, node.style is not None)
            case SequenceNode():
                items = (self.value(item, depth + 1) for item in node.value)
                return Sequence(tuple(item for item in items if item is not None), line, column)
            case MappingNode():
                return self.record(node, depth, line, column)
        return None

    def record(self, node: MappingNode, depth: int, line: int, column: int) -> Record:
        values: dict[str, Value] = {}
        keys: dict[str, Text] = {}
        for key_node, value_node in node.value:
            key = self.value(key_node, depth + 1)
            if not isinstance(key, Text):
                self.report.add("F011", line, column, "A key must be a word.", "Write `key: value`.")
                continue
            if key.value in keys:
                first = keys[key.value].line
                said = f"The key `{shown(key.value)}` was given on line {first} already."
                self.report.add("F012", key.line, key.column, said, "Keep one of the two.")
                continue
            value = self.value(value_node, depth + 1)
            keys[key.value] = key
            if value is not None:
                values[key.value] = value
        return Record(values, keys, line, column)
