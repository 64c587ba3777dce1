"""The lines of a question below its tags, sorted into body, answers, feedback, hint and explanation.

Each line has one reading. A line that only looks like an answer is reported, never taken as prose.
"""

import re
from dataclasses import dataclass, field

from ..problem import Report, shown
from .answers import Box, Step

_BOX = re.compile(r"- \[([ xX])\](?: +(.*))?$")
_FEEDBACK = re.compile(r" {4}> ?(.*)")
_REMARK = re.compile(r"> \*\*(Hint|Why):\*\* *(.*)")
_ANY_REMARK = re.compile(r"> ?(?:\*\*|__)([^*_]{1,20}?):?(?:\*\*|__):?")
_STEP = re.compile(r"([0-9]{1,3}\. +)(.*)")
_LAST = re.compile(r" *`last` *$")
# Everything that somebody could have meant as a box. A link such as [x](...) is none.
_LIKE_BOX = re.compile(
    r" *(?:[-*+\u2010-\u2015\u2022]|[0-9]{1,3}[.)])? *"
    r"(?:\[ *[xX*vVoO+\u2713\u2714-]? *\]|\([ xX*vV\u2713\u2714]?\))(?!\()"
)
_BULLET = re.compile(r" {0,3}[-*+] +")


@dataclass(slots=True)
class QuestionLines:
    """What the lines of a question hold. `body` keeps line numbers; `rows` are table lines of a match."""

    boxes: list[Box] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    rows: list[tuple[int, str]] = field(default_factory=list)
    body: list[tuple[int, str]] = field(default_factory=list)
    hint: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


class AnswerReader:
    """Reads the lines of one question, first to last. `shape` is boxes, table, steps, or "" where the type is unknown."""

    def __init__(self, shape: str, report: Report) -> None:
        self.shape = shape
        self.report = report
        self.found = QuestionLines()
        self.remark: list[str] | None = None
        self.after_blank = True
        self.closed = False
        self.misfit = False

    def read(self, lines: list[str], first: int) -> QuestionLines:
        """`first` is the number of the first line."""
        for number, text in enumerate(lines, first):
            if text.strip():
                self.line(text.rstrip(), number)
                self.after_blank = False
            else:
                self.blank(number)
        return self.found

    @property
    def answered(self) -> bool:
        return bool(self.found.boxes or self.found.steps or self.found.rows)

    def blank(self, number: int) -> None:
        self.after_blank = True
        self.remark = None
        if not self.answered:
            self.found.body.append((number, ""))
        elif self.found.rows:
            self.closed = True

    def line(self, text: str, number: int) -> None:
        if box := _BOX.match(text):
            self.box(box, number)
        elif _LIKE_BOX.match(text) and self.shape != "":
            self.mistyped(text, number)
        elif text.startswith("    >"):
            self.feedback(text, number)
        elif text.startswith(">"):
            self.quote(text, number)
        elif self.shape == "table" and text.startswith("|"):
            self.begin(number, bool(self.found.rows))
            self.found.rows.append((number, text))
        elif self.shape == "steps" and (step := _STEP.fullmatch(text)):
            self.begin(number, bool(self.found.steps))
            self.found.steps.append(Step(step[2].strip(), number, len(step[1]) + 1))
        else:
            self.prose(text, number)

    def begin(self, number: int, begun: bool) -> None:
        """Before each answer line: the answers are one block, with a blank line above it."""
        self.remark = None
        if self.closed:
            if not self.misfit:
                said = "There are two blocks of answers."
                self.report.add("Q012", number, 1, said, "Keep the answers together, or write two questions.")
            self.misfit = True
        elif not begun and not self.after_blank:
            said = "The answers follow a text without a blank line."
            self.report.add("F038", number, 1, said, "Put a blank line above them.")

    def box(self, found: re.Match[str], number: int) -> None:
        self.remark = None
        if self.shape in ("table", "steps"):
            wants = "a table of two columns" if self.shape == "table" else "a numbered list"
            if not self.misfit:
                self.report.add(
                    "Q011",
                    number,
                    1,
                    f"Boxes do not fit the type, which wants {wants}.",
                    "Change the type or the answers.",
                )
            self.misfit = True
            return
        above = next((line for line in reversed(self.found.body) if line[1]), (0, ""))
        if not self.found.boxes and _BULLET.match(above[1]):
            # On GitHub the bullet and the boxes are one list.
            self.report.add("A013", above[0], 1, "This answer has no box.", "Write `- [x] right` or `- [ ] wrong`.")
        else:
            self.begin(number, bool(self.found.boxes))
        text = found[2] or ""
        last = _LAST.search(text)
        column = found.start(2) + 1 if found[2] else len(found[0]) + 1
        self.found.boxes.append(
            Box(text[: last.start()] if last else text, found[1] != " ", bool(last), number, column)
        )

    def mistyped(self, text: str, number: int) -> None:
        column = len(text) - len(text.lstrip()) + 1
        self.report.add(
            "A013",
            number,
            column,
            f"`{shown(text.strip(), 20)}` is not an answer line.",
            "Write `- [x] right` or `- [ ] wrong`.",
        )

    def feedback(self, text: str, number: int) -> None:
        self.remark = None
        said = text[5:].strip()
        if self.shape in ("table", "steps"):
            self.report.add("A014", number, 5, "This type shows no feedback for single answers.", "Move it to the Why.")
        elif not self.found.boxes or self.closed:
            self.report.add(
                "A014",
                number,
                5,
                "The feedback stands under no answer.",
                "Put it directly below the answer it is about.",
            )
        elif said:
            self.found.boxes[-1].feedback.append(said)

    def quote(self, text: str, number: int) -> None:
        if remark := _REMARK.fullmatch(text):
            self.remark = self.found.hint if remark[1] == "Hint" else self.found.why
            if self.remark:
                self.report.add("Q013", number, 1, f"The question has a {remark[1]} already.", "Join the two.")
            if not remark[2].strip():
                self.report.add("Q010", number, 1, f"The {remark[1]} has no text.", "Write it behind the colon.")
            self.remark.append(remark[2].strip())
            self.closed = self.closed or self.answered
        elif self.remark is not None:
            if more := text[1:].strip():
                self.remark.append(more)
            else:
                self.report.add("Q013", number, 1, "A Hint or Why is one paragraph.", "Join its lines.")
        elif self.answered and not self.closed and self.found.boxes and not self.after_blank:
            said = "Feedback must be indented by four spaces."
            self.report.add("A014", number, 1, said, "Put four spaces before the >.")
        elif self.answered or _ANY_REMARK.match(text):
            said = "This quotation is neither a Hint nor a Why."
            self.report.add("Q013", number, 1, said, "Begin it with `> **Hint:**` or `> **Why:**`.")
        else:
            self.found.body.append((number, text))

    def prose(self, text: str, number: int) -> None:
        if not self.answered and not self.found.why and not self.found.hint:
            self.found.body.append((number, text))
            return
        self.remark = None
        if self.found.boxes and not self.closed and _BULLET.match(text):
            self.report.add("A013", number, 1, "This answer has no box.", "Write `- [x] right` or `- [ ] wrong`.")
        elif self.answered and not self.closed and not self.after_blank:
            said = "An answer is one line."
            self.report.add(
                "Q014", number, 1, said, "Join it with the line above; feedback begins with four spaces and >."
            )
        else:
            self.closed = self.closed or self.answered
            said = "This text stands behind the answers."
            self.report.add("Q014", number, 1, said, "Move it above the answers, or begin it with `> **Why:**`.")
