"""The path of a module file: its category, its key, its language."""

import re
from dataclasses import dataclass
from typing import cast, get_args

from ..course import Language
from ..framework import Category, Framework
from ..problem import Report, shown
from .text import did_you_mean, listed, slug

LANGUAGES: tuple[Language, ...] = get_args(Language)
_FOLDER = re.compile(r"([0-9]{2})-(.+)")
# /courses/<category>/images/ serves the pictures.
_TAKEN = ("images",)


@dataclass(frozen=True, slots=True)
class Address:
    """`key` is "category-slug/module-slug", the same for a source and its translations."""

    category: int
    key: str
    slug: str
    language: Language


def folder_of(path: str) -> str:
    return path.split("/", 1)[0]


def category_of(path: str, framework: Framework | None, report: Report) -> Category | None:
    """The category whose folder holds a file; an unknown folder is reported."""
    folder = folder_of(path)
    if framework is None:
        return None
    found = next((c for c in framework.categories.values() if c.folder == folder), None)
    if found is None:
        folders = [c.folder for c in framework.categories.values()]
        fix = did_you_mean(folder, folders, "A folder is named NN-slug after its category in categories.yml.")
        report.add("F005", 1, 1, f"There is no category with the folder `{shown(folder)}`.", fix)
    return found


def read_address(path: str, framework: Framework | None, report: Report) -> Address | None:
    """The address of a module file directly in a category folder, or None after a problem.

    Without a framework the category is taken from the name of the folder.
    """
    category = category_of(path, framework, report)
    folder, _, name = path.partition("/")
    named = _FOLDER.fullmatch(folder)
    stem, dot, language = name.removesuffix(".md").partition(".")
    if dot and language not in LANGUAGES:
        said = f"`{shown(language)}` is not a language of the site."
        fix = did_you_mean(
            language, LANGUAGES, f"End the name with one of {listed(f'.{code}.md' for code in LANGUAGES)}."
        )
        report.add("F007", 1, 1, said, fix)
        return None
    if stem != slug(stem) or stem in _TAKEN or len(stem) > 80:
        fix = f"Name it `{slug(stem) or 'a-module'}.md`: small letters, digits and hyphens."
        report.add("F006", 1, 1, f"`{shown(name)}` cannot be the name of a module.", fix)
    number, category_slug = (
        (category.number, category.slug) if category else (int(named[1]), named[2]) if named else (0, folder)
    )
    return Address(number, f"{category_slug}/{stem}".lower(), slug(stem), cast(Language, language or "en"))
