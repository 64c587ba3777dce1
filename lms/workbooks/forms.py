"""What pages of workbooks send: the chosen file, answers and notes, and a filled-in workbook as what such a page would send."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from lms.core.language import _, translated
from lms.web.form import Errors, text

from .layout import Filled, FilledRow
from .rules import ANSWERS, LONGEST_NOTE, Said, Typed


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a criterion's fields. An id has no dot, so that scripts find it."""

    criterion: str

    @property
    def id(self) -> str:
        return self.criterion.replace(".", "-")

    @property
    def answer(self) -> str:
        return f"answer-{self.id}"

    @property
    def note(self) -> str:
        return f"note-{self.id}"

    @property
    def seen(self) -> str:
        return f"seen-{self.id}"

    @property
    def over(self) -> str:
        """Ticked: what somebody else saved meanwhile, which the page shows, is to be written over."""
        return f"over-{self.id}"

    @property
    def shown(self) -> str:
        """What somebody else saved meanwhile, as far as the page shows it."""
        return f"shown-{self.id}"


def typed(form: Mapping[str, str], criteria: Collection[str]) -> tuple[dict[str, Typed], Errors]:
    """What was sent of these criteria; what was not sent is not touched. A note that is too long is an error at its field."""
    found, errors = {}, Errors()
    for criterion in criteria:
        names = Named(criterion)
        if names.seen not in form:
            continue
        answer, note = form.get(names.answer, ""), text(form, names.note)
        if len(note) > LONGEST_NOTE:
            errors.add(
                names.note,
                _(
                    "The note at %(criterion)s has %(count)s characters. Shorten it to %(most)s.",
                    criterion=criterion,
                    count=len(note),
                    most=LONGEST_NOTE,
                ),
            )
        found[criterion] = Typed(answer if answer in ANSWERS else "", note, form.get(names.over) or form[names.seen])
    return found, errors


def upload(files: Mapping[str, FileStorage]) -> tuple[bytes, Errors]:
    errors, file = Errors(), files.get("file")
    if file is None or not file.filename:
        errors.add("file", _("Choose the workbook that you filled in."))
        return b"", errors
    return file.read(), errors


def other_edition(of_file: str, in_force: str) -> str:
    """Numbers of another edition may mean other criteria."""
    return _(
        "This workbook is of edition %(its)s, and edition %(ours)s is in force. Download the workbook again and copy your"
        " notes into it.",
        its=of_file,
        ours=in_force,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of a workbook would change, still to be confirmed."""

    criterion: str
    before: Said
    typed: Typed


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook would change, how many rows say what stands already, and a sentence for each row that cannot be taken."""

    changes: tuple[Change, ...]
    same: int
    refused: tuple[str, ...]


def preview(filled: Filled, criteria: Collection[str], said: Mapping[str, Said]) -> Preview:
    """Rows without an answer and a note say nothing and change nothing. Where a row leaves one of the two empty, what the company
    said before stays."""
    changes: dict[str, Change] = {}
    same, refused = 0, []
    for row in filled.rows:
        if not row.answer and not row.note:
            continue
        before = said.get(row.criterion, Said())
        problems = list(_problems(row, criteria, changes))
        one = Typed(row.answer or before.answer, text({"note": row.note}, "note") or before.note, before.seen)
        if problems:
            refused.append(problems[0])
        elif (one.answer, one.note) == (before.answer, before.note):
            same += 1
        else:
            changes[row.criterion] = Change(row.criterion, before, one)
    return Preview(tuple(changes.values()), same, tuple(refused))


def _problems(row: FilledRow, criteria: Collection[str], taken: Collection[str]) -> Iterator[str]:
    if row.criterion not in criteria:
        yield _(
            "Row %(line)s: %(criterion)s is no criterion that concerns your company. It is left out.",
            line=row.line,
            criterion=row.criterion[:20],
        )
    if row.criterion in taken:
        yield _(
            "Row %(line)s: %(criterion)s stands in the workbook more than once. The first row counts.",
            line=row.line,
            criterion=row.criterion,
        )
    if row.answer and row.answer not in ANSWERS:
        yield _(
            "Row %(line)s: “%(answer)s” is none of the answers. Choose one of: %(answers)s.",
            line=row.line,
            answer=row.answer[:40],
            answers=", ".join(translated(word) for word in ANSWERS.values()),
        )
    if len(row.note) > LONGEST_NOTE:
        yield _(
            "Row %(line)s: the note has %(count)s characters. Shorten it to %(most)s.",
            line=row.line,
            count=len(row.note),
            most=LONGEST_NOTE,
        )
