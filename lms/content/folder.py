"""A courses folder on disk as relative paths and their bytes. Reads what belongs in it and nothing outside it."""

import os
from dataclasses import dataclass
from pathlib import Path

from .criteria import is_table
from .grammar.source import LARGEST_FILE
from .problem import Problem, Report

_TOP_SUFFIXES = (".yml", ".csv", ".md")


@dataclass(frozen=True, slots=True)
class Folder:
    """`files` maps relative POSIX paths to bytes; `problems` are those of files that could not be taken."""

    files: dict[str, bytes]
    problems: tuple[Problem, ...]


def read_folder(root: Path) -> Folder:
    """Reference files and modules, with their pictures. Dot files, the README at the top and other files are passed over.

    Raises NotADirectoryError where there is no folder.
    """
    if not root.is_dir():
        raise NotADirectoryError(root)
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    home = root.resolve()
    for where, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (Path(where) / name).is_symlink():
                problems.append(
                    _refused(root, Path(where) / name, "F008", "The folder is a link.", "Put the folder itself here.")
                )
        for name in sorted(names):
            file = Path(where) / name
            if _belongs(file.relative_to(root)):
                _read(root, home, file, files, problems)
    return Folder(files, tuple(problems))


def _belongs(path: Path) -> bool:
    if path.name.startswith(".") or path.as_posix() == "README.md":
        return False
    if len(path.parts) == 1:
        return path.suffix in _TOP_SUFFIXES
    return path.suffix == ".md" or path.parent.name == "images" or is_table(path.as_posix())


def _read(root: Path, home: Path, file: Path, files: dict[str, bytes], problems: list[Problem]) -> None:
    try:
        if not file.resolve(strict=True).is_relative_to(home):
            problems.append(
                _refused(
                    root, file, "F008", "The file is a link out of the courses folder.", "Put the file itself here."
                )
            )
        elif not file.is_file():
            problems.append(_refused(root, file, "F050", "This is not a plain file.", "Remove it."))
        elif (size := file.stat().st_size) > LARGEST_FILE:
            fix = f"At most {LARGEST_FILE:,} bytes."
            problems.append(_refused(root, file, "F004", f"The file is {size:,} bytes long.", fix))
        else:
            files[_name(root, file)] = file.read_bytes()
    except (OSError, RuntimeError):
        # RuntimeError is what Python 3.11 raises for links that lead to each other.
        problems.append(
            _refused(
                root, file, "F050", "The file cannot be read.", "Check its rights, and that a link leads somewhere."
            )
        )


def _name(root: Path, file: Path) -> str:
    """The relative path; bytes that are no text become the replacement character, so that the name is reported."""
    return os.fsencode(file.relative_to(root).as_posix()).decode("utf-8", "replace")


def _refused(root: Path, file: Path, code: str, message: str, fix: str) -> Problem:
    report = Report(_name(root, file))
    report.add(code, 1, 1, message, fix)
    return report.problems[0]
