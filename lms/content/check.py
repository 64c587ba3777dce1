"""The check: everything that is wrong with a courses folder, in one pass, or the library that it is."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .course import Language, Module
from .criteria import is_table
from .framework import Framework
from .grammar.address import category_of
from .library import Library
from .parse import Parsed, parse_module
from .problem import Problem, Report, in_order, shown
from .reference import REFERENCE_FILES, read_framework
from .rules.images import check_image
from .rules.links import check_links
from .rules.published import check_published
from .rules.terms import check_terms
from .rules.translations import check_age, check_translation

Parse = Callable[[str, bytes, Framework | None], Parsed]


@dataclass(frozen=True, slots=True)
class Checked:
    """`library` is None where any problem is an error; its html fields hold Markdown until `render`."""

    library: Library | None
    problems: tuple[Problem, ...]


class _Reports(defaultdict[str, Report]):
    """A report for each path, made when it is first asked for."""

    def __missing__(self, path: str) -> Report:
        self[path] = Report(path)
        return self[path]


def check(files: Mapping[str, bytes], published: Library | None = None, parse: Parse = parse_module) -> Checked:
    """Checks relative paths and their bytes, by themselves and against the published revision.

    `parse` may be a cached form of `parse_module`, keyed by path, bytes and framework.
    """
    framework, problems = read_framework(files)
    reports = _Reports()
    modules = [path for path in sorted(files) if _is_module(path, framework, files[path], reports)]
    parsed = {path: parse(path, files[path], framework) for path in modules}
    sources = _sources(parsed, reports)
    in_force = framework.program.edition if framework else ""
    # What a file may link to are those that are served together with it.
    beside = {edition: _of(edition or in_force, parsed) for edition in {one.edition for one in parsed.values()}}
    for one in parsed.values():
        check_links(one, beside[one.edition], files.keys(), reports[one.path])
    for one in parsed.values():
        if one.address and one.address.language != "en":
            _translation(one, sources, reports)
    check_terms(parsed, reports)
    if published is not None:
        check_published(sources, published, reports)
    found = [
        *problems,
        *(p for one in parsed.values() for p in one.problems),
        *(p for r in reports.values() for p in r.problems),
    ]
    ordered = in_order(found)
    if framework is None or any(problem.is_error for problem in ordered):
        return Checked(None, ordered)
    return Checked(_library(framework, _of(in_force, parsed)), ordered)


def _of(edition: str, parsed: Mapping[str, Parsed]) -> dict[str, Parsed]:
    """What is served while this edition is in force."""
    return {path: one for path, one in parsed.items() if one.edition in ("", edition)}


def _is_module(path: str, framework: Framework | None, data: bytes, reports: _Reports) -> bool:
    """True for a file that holds a module; other files are checked here, or reported where they do not belong."""
    folder, *rest = path.split("/")
    if path in REFERENCE_FILES or is_table(path) or path == "README.md":
        return False
    if "" in (folder, *rest) or {".", ".."} & {folder, *rest} or "\\" in path:
        reports[path].add(
            "F008", 1, 1, f"`{shown(path)}` is not a path inside the courses folder.", "Rename or remove it."
        )
    elif len(rest) == 1 and path.endswith(".md"):
        return True
    elif len(rest) == 2 and rest[0] == "images":
        category_of(path, framework, reports[path])
        check_image(path, data, reports[path])
    else:
        said = f"`{shown(path)}` does not belong here."
        fix = "Modules stand directly in their category's folder, pictures in images/ below it."
        reports[path].add("F006", 1, 1, said, fix)
    return False


def _sources(parsed: Mapping[str, Parsed], reports: _Reports) -> dict[str, Parsed]:
    """The English files by key. An address or an id that is used twice is reported at the later file."""
    addresses: dict[tuple[str, Language], str] = {}
    sources: dict[str, Parsed] = {}
    ids: dict[str, tuple[str, int]] = {}
    for path, one in parsed.items():
        if one.address is None:
            continue
        first = addresses.setdefault((one.address.key, one.address.language), path)
        if first != path:
            said = f"The module has the address of {shown(first, 200)}."
            reports[path].add("F009", 1, 1, said, "Give one of the two another name.")
            continue
        if one.address.language != "en":
            continue
        sources[one.address.key] = one
        for name, (line, column) in [*one.questions.items(), *one.checks.items()]:
            used = ids.setdefault(name, (path, line))
            if used[0] != path:
                said = f"The id `{name}` is used in {shown(used[0], 200)} on line {used[1]} already."
                reports[path].add("Q019", line, column, said, "Give this question an id of its own.")
    return sources


def _translation(one: Parsed, sources: Mapping[str, Parsed], reports: _Reports) -> None:
    source = sources.get(one.address.key) if one.address else None
    if source is None:
        said = "The translation has no source."
        fix = f"Put {one.path.rsplit('.', 2)[0]}.md beside it, or correct the name."
        reports[one.path].add("T001", 1, 1, said, fix)
    elif source.module and one.module:
        check_translation(source.module, one, reports[one.path])
        check_age(source.module, one.module, one.places["source"], reports[one.path])


def _library(framework: Framework, parsed: Mapping[str, Parsed]) -> Library:
    modules = [one.module for one in parsed.values() if one.module]
    sources = sorted((m for m in modules if m.language == "en"), key=lambda m: (m.category, m.title, m.key))
    by_key = {module.key: module for module in sources}
    translations = {(m.key, m.language): _aligned(m, by_key[m.key]) for m in modules if m.language != "en"}
    return Library(framework, by_key, dict(sorted(translations.items())))


def _aligned(translation: Module, source: Module) -> Module:
    """The sections of a translation have the addresses of their sources, so that a reader may change the language."""
    sections = zip(translation.sections, source.sections, strict=True)
    aligned = tuple(replace(ours, anchor=theirs.anchor) for ours, theirs in sections)
    card = replace(translation.card, anchor=source.card.anchor) if translation.card and source.card else None
    return replace(translation, sections=aligned, card=card)
