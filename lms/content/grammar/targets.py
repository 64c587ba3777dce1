"""Where a link leads: the web, a heading of the same module, another module, or an image of the courses folder."""

import posixpath
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

Kind = Literal["web", "heading", "module", "image", "outside", "other"]

_WEB = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][^\s\\]*)?")
_SCHEME = re.compile(r"[^/?#]*:|[/\\]")
_IMAGE = re.compile(r"[^/]+/images/[^/]+")


@dataclass(frozen=True, slots=True)
class Target:
    """`path` is relative to the courses folder, `anchor` what stands behind the #."""

    kind: Kind
    path: str = ""
    anchor: str = ""


def read_target(path: str, target: str, *, image: bool) -> Target:
    """The target of a link or image in the file `path`."""
    if not image and _WEB.fullmatch(target):
        return Target("web")
    if target.startswith("#"):
        return Target("other" if image else "heading", path, target[1:])
    if _SCHEME.match(target) or "\\" in target or not target:
        return Target("other")
    relative, _, anchor = target.partition("#")
    reached = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(relative)))
    if reached.startswith("../") or reached == "..":
        return Target("outside", reached)
    if image:
        return Target("image" if _IMAGE.fullmatch(reached) and not anchor else "other", reached)
    return Target("module" if reached.endswith(".md") and reached.count("/") == 1 else "other", reached, anchor)
