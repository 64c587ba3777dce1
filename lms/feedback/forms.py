"""What is typed into a comment's form, and the file that is handed in."""

import re
from collections.abc import Collection, Mapping

from werkzeug.datastructures import FileStorage

from lms.core.language import _, number
from lms.web.form import LONGEST_TEXT, Errors

from .rules import KINDS, LONGEST, Words, tidy

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def read_words(form: Mapping[str, str], criteria: Collection[str], entities: Collection[str]) -> Words:
    """What was said; what was not offered is as if it were not said."""

    def among(name: str, offered: Collection[str]) -> str:
        value = form.get(name, "")
        return value if value in offered else ""

    text = tidy(form.get("text", "")[:LONGEST_TEXT])
    return Words(among("criterion", criteria), among("entity", entities), among("kind", KINDS), text)


def whole(words: Words) -> Errors:
    """Why these words cannot be sent."""
    sentences = {
        "criterion": _("Choose the criterion that the comment is about."),
        "entity": _("Choose the entity type for which you comment."),
        "kind": _("Choose what the comment is about."),
        "text": _("Write what the program should know."),
    }
    errors = Errors()
    for name in words.missing:
        errors.add(name, sentences[name])
    if len(words.text) > LONGEST:
        errors.add(
            "text",
            _(
                "The comment has %(length)s characters. Shorten it to %(most)s.",
                length=number(len(words.text)),
                most=number(LONGEST),
            ),
        )
    return errors


def read_version(form: Mapping[str, str]) -> int:
    """Which version of a draft the words were typed over; 0 for none."""
    value = form.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def read_public_id(form: Mapping[str, str]) -> str | None:
    """The id that the page gave to a comment that may be new, so that the same form sent twice makes one draft."""
    value = form.get("public_id", "")
    return value if PUBLIC_ID.fullmatch(value) else None


def read_number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else None


def read_file(files: Mapping[str, FileStorage]) -> tuple[bytes, Errors]:
    errors = Errors()
    file = files.get("file")
    if file is None or not file.filename:
        errors.add("file", _("Choose the workbook with your comments."))
        return b"", errors
    return file.read(), errors
