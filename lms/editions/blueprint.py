"""The room's blueprint, and what every page that tells a difference needs."""

from typing import Any

from flask import Blueprint

from lms.content.editions import KINDS, of_kind

from .rules import language_of, rewordings

bp = Blueprint("editions", __name__)


def telling() -> dict[str, Any]:
    """Values for editions/differences.html."""
    return {"kinds": KINDS, "of_kind": of_kind, "rewordings": rewordings, "language_of": language_of}
