"""Where a module stands on the site, and where its links and images lead from there."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..course import Language, Module
from ..framework import Framework
from ..grammar.lesson import Anchors
from ..grammar.targets import read_target
from ..grammar.text import plain, slug

_SUBHEADING = re.compile(r"^#{3,6} +(.*?) *$", re.MULTILINE)


@dataclass(slots=True)
class Place:
    """A module while it is rendered. `images` maps "06-seal-security/images/x.svg" to a short hash.

    `heading_ids` are the ids of the headings below level 2 of the part that is rendered next, in order. `terms` are what is
    linked to the glossary in it.
    """

    path: str
    key: str
    language: Language
    framework: Framework
    images: Mapping[str, str]
    addresses: Mapping[str, str]
    anchors: Anchors
    heading_ids: deque[str] = field(default_factory=deque)
    terms: Mapping[str, str] = field(default_factory=dict)

    def href(self, target: str) -> str | None:
        """The address on the site, or None where the check would have refused the link."""
        reached = read_target(self.path, target, image=False)
        if reached.kind == "web":
            return target
        if reached.kind == "heading":
            return self.addresses.get(slug(reached.anchor))
        if reached.kind == "module":
            folder, name = reached.path.split("/")
            section = f"{slug(reached.anchor)}/" if reached.anchor else ""
            return f"/courses/{self._category(folder)}/{name.split('.')[0]}/{section}"
        return None

    def src(self, target: str) -> str | None:
        """The address of an image, with its hash, so that a changed one is fetched anew."""
        reached = read_target(self.path, target, image=True)
        if reached.kind != "image" or reached.path not in self.images:
            return None
        folder, _, name = reached.path.split("/")
        return f"/courses/{self._category(folder)}/images/{name}?v={self.images[reached.path]}"

    def _category(self, folder: str) -> str:
        found = (category.slug for category in self.framework.categories.values() if category.folder == folder)
        return next(found, folder.partition("-")[2])


def place_of(module: Module, framework: Framework, images: Mapping[str, str]) -> tuple[Place, list[deque[str]]]:
    """The place of a module, and the heading ids of its opening and each of its sections.

    Ids are those that the check knew: unique on the printed page, which shows all sections.
    """
    anchors = Anchors()
    root = f"/courses/{module.key}/"
    pages = {section.anchor for section in module.sections}
    opening = [anchors.heading(plain(title)) for title in _SUBHEADING.findall(module.opening)]
    addresses = {anchor: f"{root}#{anchor}" for anchor in opening}
    ids = [deque(opening)]
    for section in module.sections:
        page = f"{root}{section.anchor}/"
        addresses[anchors.heading(section.title)] = page
        found = [anchors.heading(plain(title)) for title in _SUBHEADING.findall(section.html)]
        # The sections of a translation have English ids, which a heading of its own may happen to equal.
        own = [f"{anchor}-heading" if anchor in pages else anchor for anchor in found]
        addresses.update({anchor: f"{page}#{name}" for anchor, name in zip(found, own, strict=True)})
        ids.append(deque(own))
    return Place(module.path, module.key, module.language, framework, images, addresses, anchors), ids
