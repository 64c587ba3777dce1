"""Brings the messages of the code, the templates and the reference files into the catalogs: `make messages`.

What is new comes in empty, for somebody to translate; what is no longer said goes. Nothing else changes.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from ruamel.yaml import YAML

from lms.core.language import FOLDER, LANGUAGES
from lms.settings import ROOT

METHODS = [("lms/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {
    "lms/**.py": {"encoding": "utf-8"},
    "templates/**.html": {"encoding": "utf-8", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"},
    "templates/**.txt": {"encoding": "utf-8", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"},
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "to_translate": None}
# What a reader sees of the reference files: the list, and the fields of its records.
YAML_FIELDS = (
    ("categories.yml", "focus_areas", ("name",)),
    ("categories.yml", "categories", ("name", "short_name", "purpose")),
    ("entities.yml", "entities", ("name", "one", "description")),
    ("functions.yml", "functions", ("name", "reason")),
    ("scopes.yml", "scopes", ("question",)),
)
COLUMNS = ("title", "summary", "frequency", "evidence", "level_notes")
OTHERS = tuple(language for language in LANGUAGES if language != "en")


def messages() -> Catalog:
    """What code and templates say."""
    found = _empty()
    for folder in ("lms", "templates"):
        rows = extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS],
            {pattern.removeprefix(f"{folder}/"): options for pattern, options in OPTIONS.items()},
            KEYWORDS,
            comment_tags=("For translators:",),
            strip_comment_tags=True,
        )
        for path, _line, message, comments, context in rows:
            found.add(message, None, [(f"{folder}/{path}", 0)], auto_comments=comments, context=context)
    return found


def reference(courses: Path = ROOT / "courses") -> Catalog:
    """What the reference files at the top of a courses folder say."""
    found = _empty()
    for name, text in _authored(courses):
        if text:
            found.add(text, None, [(f"courses/{name}", 0)])
            found[text].flags.discard("python-format")  # nothing in it is a placeholder
    return found


def _authored(courses: Path) -> Iterator[tuple[str, str]]:
    for name, key, fields in YAML_FIELDS:
        records = YAML(typ="safe").load((courses / name).read_text(encoding="utf-8"))[key]
        yield from ((name, record.get(field, "").strip()) for record in records for field in fields)
    rows = csv.DictReader(io.StringIO((courses / "criteria.csv").read_text(encoding="utf-8")))
    yield from (("criteria.csv", row[column].strip()) for row in rows for column in COLUMNS)


DOMAINS = {"messages": messages, "reference": reference}


def path_of(language: str, domain: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


def kept(language: str, domain: str) -> Catalog:
    """The catalog as it lies in the folder; an empty one where it is not there yet."""
    path = path_of(language, domain)
    if not path.is_file():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def _empty(language: str | None = None) -> Catalog:
    return Catalog(locale=language, project="MSC Ready", version="1", fuzzy=False, charset="utf-8")


def update(language: str, domain: str) -> tuple[int, int]:
    """Write the catalog anew. How many messages it has, and how many of them nobody has translated."""
    catalog = kept(language, domain)
    catalog.update(DOMAINS[domain](), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    written = io.BytesIO()
    write_po(
        written, catalog, width=120, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    path = path_of(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_header(catalog) + written.getvalue())
    return len(catalog), sum(not all(_texts(m.string)) for m in catalog if m.id)


def _header(catalog: Catalog) -> bytes:
    """No dates and no names: they would make every run a change."""
    lines = (
        f"Language: {catalog.locale}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalog.plural_forms}",
    )
    return ('msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n").encode()


def _texts(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def main() -> None:
    for language in OTHERS:
        for domain in DOMAINS:
            count, empty = update(language, domain)
            print(f"{path_of(language, domain).relative_to(ROOT)}: {count} messages, {empty} not translated")


if __name__ == "__main__":
    main()
