"""The files of a courses folder once another edition of its criteria is in force. Pure; the check judges what comes of it."""

import re
from collections.abc import Mapping

from .criteria import path_of
from .editions import pairs
from .framework import Edition, Framework
from .parse import parse_module

_EDITION = re.compile(r"^edition:.*$", re.MULTILINE)
_FRONT = re.compile(r"\A---\r?\n.*?^---\r?$", re.MULTILINE | re.DOTALL)
_LISTED = re.compile(r"^criteria:.*(?:\n(?:[ \t]+|- ).*)*", re.MULTILINE)
_SUBSTANTIVE = re.compile(r"^change:[ \t]*substantive\b.*$", re.MULTILINE)
_SOURCE = re.compile(r"^(source:[ \t]*[\"']?)([0-9a-f]{12})\b", re.MULTILINE)
_MARK = re.compile(r"(?<=\{)([1-9][0-9]?\.[1-9][0-9]{0,2})(?=\})")
_TAG = re.compile(r"`criteria:[^`\n]*`")
_OTHER_EDITION = "`edition:"
_ID = re.compile(r"(?<![\w.])[1-9][0-9]?\.[1-9][0-9]{0,2}(?![\w.])")


def adopted(files: Mapping[str, bytes], framework: Framework, name: str) -> dict[str, bytes]:
    """The files with this edition in force. Its table and the one in force change places, program.yml names the new one, and
    modules of no edition of their own say the new numbers where criteria were only renumbered.

    Raises KeyError where there is no such edition beside the one in force.
    """
    former = Edition(framework.program.edition, framework.criteria)
    changed = dict(files)
    changed[path_of(former.name)] = files["criteria.csv"]
    changed["criteria.csv"] = changed.pop(path_of(name))
    changed["program.yml"] = _EDITION.sub(f'edition: "{name}"', files["program.yml"].decode(), count=1).encode()
    found = pairs(former, framework.editions[name], framework)
    numbers = {one.id: other.id for one, other in found if one and other and one.id != other.id}
    return changed | _renumbered(files, numbers)


def _renumbered(files: Mapping[str, bytes], numbers: Mapping[str, str]) -> dict[str, bytes]:
    """The modules that say a number which changes. Their text is the same otherwise, so translations still follow it."""
    changed: dict[str, bytes] = {}
    fingerprints: dict[str, str] = {}
    for path in [path for path in files if path.count("/") == 1 and path.endswith(".md")]:
        text = _in_text(files[path].decode(), numbers)
        if text.encode() == files[path]:
            continue
        changed[path] = text.encode()
        before, after = (parse_module(path, data, None).module for data in (files[path], changed[path]))
        if before and after and before.language == "en":
            fingerprints[before.fingerprint] = after.fingerprint
    for path, data in changed.items():
        text = _SOURCE.sub(lambda m: m[1] + fingerprints.get(m[2], m[2]), data.decode(), count=1)
        changed[path] = text.encode()
    return changed


def _in_text(text: str, numbers: Mapping[str, str]) -> str:
    """One file. Such a change is editorial, whatever the file said of an earlier one: nobody retrains for a number."""
    found = _FRONT.match(text)
    if found is None or _EDITION.search(found[0]):
        return text
    front, body = found[0], text[found.end() :]
    new_front = _LISTED.sub(lambda m: _ids(m[0], numbers), front, count=1)
    new_body = "\n".join(_in_line(line, numbers) for line in body.split("\n"))
    if (new_front, new_body) == (front, body):
        return text
    return _SUBSTANTIVE.sub("change: editorial", new_front, count=1) + new_body


def _in_line(line: str, numbers: Mapping[str, str]) -> str:
    """Marks, and the tags of questions of no edition of their own."""
    if line.startswith("`"):
        return line if _OTHER_EDITION in line else _TAG.sub(lambda m: _ids(m[0], numbers), line)
    return _MARK.sub(lambda m: numbers.get(m[1], m[1]), line)


def _ids(text: str, numbers: Mapping[str, str]) -> str:
    return _ID.sub(lambda m: numbers.get(m[0], m[0]), text)
