"""Links and images lead somewhere, and only where the site can follow."""

from collections.abc import Collection, Mapping

from ..grammar.inline import Link
from ..grammar.targets import read_target
from ..grammar.text import did_you_mean, slug
from ..parse import Parsed
from ..problem import Report, shown


def check_links(parsed: Parsed, others: Mapping[str, Parsed], files: Collection[str], report: Report) -> None:
    """`others` are all modules by path, `files` the paths of everything in the folder."""
    for link in parsed.links:
        target = read_target(parsed.path, link.target, image=link.image)
        if target.kind == "outside":
            said = f"`{shown(link.target)}` leaves the courses folder."
            report.add("F008", link.line, link.column, said, "Link to a file inside it.")
        elif target.kind == "other":
            _not_allowed(link, report)
        elif target.kind == "image" and target.path not in files:
            pictures = [path for path in files if "/images/" in path]
            fix = did_you_mean(target.path, pictures, "Put the file there, or correct the name.")
            report.add("F033", link.line, link.column, f"There is no image `{shown(target.path)}`.", fix)
        elif target.kind == "heading":
            _heading(link, target.anchor, parsed.anchors, report)
        elif target.kind == "module":
            _module(link, target.path, target.anchor, others, report)


def _not_allowed(link: Link, report: Report) -> None:
    if link.image:
        said = f"The image `{shown(link.target)}` is not one of the courses folder."
        report.add(
            "F036", link.line, link.column, said, "Put it into images/ beside the module and write images/name.svg."
        )
    else:
        said = f"The address `{shown(link.target)}` is not allowed."
        report.add(
            "F035",
            link.line,
            link.column,
            said,
            "Use https://..., a module such as ../06-seal-security/x.md, or #heading.",
        )


def _heading(link: Link, anchor: str, known: Collection[str], report: Report) -> None:
    if slug(anchor) not in known:
        fix = did_you_mean(slug(anchor), known, "Write the heading in small letters with hyphens.")
        report.add("F032", link.line, link.column, f"The module has no heading `#{shown(anchor)}`.", fix)


def _module(link: Link, path: str, anchor: str, others: Mapping[str, Parsed], report: Report) -> None:
    other = others.get(path)
    if other is None:
        fix = did_you_mean(path, others, "Correct the path; it begins at this file's folder.")
        report.add("F031", link.line, link.column, f"There is no module `{shown(path)}`.", fix)
    elif anchor and other.address and other.address.language != "en":
        said = "A section of a translation cannot be linked from another file."
        report.add(
            "F032", link.line, link.column, said, "Link to the section of the source; readers see their own language."
        )
    elif anchor and slug(anchor) not in other.sections:
        fix = did_you_mean(slug(anchor), other.sections, "From another module only headings of level 2 can be reached.")
        report.add("F032", link.line, link.column, f"`{shown(path)}` has no section `#{shown(anchor)}`.", fix)
