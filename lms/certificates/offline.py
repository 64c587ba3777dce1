"""The page that verifies a QR code without any server: one HTML file that carries its styles, script, words and our public keys."""

import json
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import render_template
from markupsafe import Markup

from lms.core.clock import PROGRAM_ZONE, program_day
from lms.core.language import current_language
from lms.signing.rules import PublicKey, PublicKeys

from .code import KEY, VERSION

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates" / "certificates" / "offline"
NOBLE = ROOT / "static" / "vendor" / "noble" / "ed25519.js"


def page(keys: PublicKeys, *, site: str, today: date) -> str:
    """The file in the language in force, with the keys as they are on this day."""
    signing = [key for key in keys.keys if key.algorithm == "EdDSA"]
    data = {
        "language": current_language(),
        "zone": PROGRAM_ZONE.key,
        "site": site,
        "version": VERSION,
        "keys": [_key(key) for key in signing],
    }
    return render_template(
        "certificates/offline/page.html",
        policy=_policy(),
        style=_element("style", "", _read("check.css")),
        script=_element("script", ' type="module"', _script()),
        data=_element("script", ' type="application/json" id="data"', json.dumps(data).replace("<", "\\u003c")),
        keys=[(key.id[:KEY], program_day(key.since), _day(key.until), _day(key.revoked)) for key in signing],
        site=site,
        today=today,
    )


def _key(key: PublicKey) -> dict[str, Any]:
    """The key as the script reads it; days are those of the program."""
    until, revoked = _day(key.until), _day(key.revoked)
    return {
        "id": key.id,
        "x": key.jwk["x"],
        "until": until.isoformat() if until else "",
        "revoked": revoked.isoformat() if revoked else "",
    }


def _day(moment: Any) -> date | None:
    return program_day(moment) if moment else None


def _element(name: str, attributes: str, content: str) -> Markup:
    """An element whose content is ours and holds no end tag."""
    return Markup(f"<{name}{attributes}>{content}</{name}>")  # noqa: S704


@cache
def _policy() -> str:
    """Nothing is loaded from anywhere, and nothing runs but what is in the file."""
    return (
        f"default-src 'none'; script-src {_hash(_script())}; style-src {_hash(_read('check.css'))}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _script() -> str:
    return f"{NOBLE.read_text(encoding='utf-8')}\n{_read('check.js')}"


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
