"""What is sent along with a roster, and with the yes to one."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from lms.core.language import _
from lms.web.form import Errors


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with its name. `whole`: it has everybody of the company."""

    body: bytes
    name: str
    whole: bool


def upload(files: Mapping[str, FileStorage], form: Mapping[str, str]) -> tuple[Upload, Errors]:
    errors = Errors()
    file = files.get("file")
    if file is None or not file.filename:
        errors.add("file", _("Choose the file with the roster."))
        return Upload(b"", "", "whole" in form), errors
    name = "".join(c for c in file.filename.replace("\\", "/").split("/")[-1] if c.isprintable())
    return Upload(file.read(), name, "whole" in form), errors


def leaves_out(form: Mapping[str, str]) -> bool:
    """Whether rows with a problem may be left out."""
    return form.get("leave_out") == "yes"
