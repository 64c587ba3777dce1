"""The sign-in sheet of a workshop: names with room for signatures, and codes that stand for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import segno
from flask import current_app
from markupsafe import Markup

from lms.certificates import reports
from lms.core.language import current_language

from .models import Workshop
from .roster import Line

STYLE = Path(__file__).resolve().parents[2] / "templates" / "workshops" / "sheet.css"
# Empty lines for people who come without a seat.
SPARE = 6


@dataclass(frozen=True, slots=True)
class Codes:
    """Addresses that the codes of the sheet say: `attend` for everybody's phone, `scan` by registration for staff."""

    attend: str
    scan: dict[str, str]


def draw(workshop: Workshop, lines: Sequence[Line], codes: Codes, *, office: str, made_at: datetime) -> bytes:
    """On Letter, PDF/UA-1, in the language in force. `lines` are those registered. Raises CannotDraw."""
    html = current_app.jinja_env.get_template("workshops/sheet.html").render(
        workshop=workshop,
        office=office,
        seated=[line for line in lines if line.state == "seat"],
        waiting=[line for line in lines if line.state == "waiting"],
        codes=codes,
        code=code,
        spare=SPARE,
        language=current_language(),
        made_on=made_at.astimezone(ZoneInfo(workshop.zone)).date(),
    )
    return reports.draw(html, STYLE.read_text(encoding="utf-8"), made=made_at)


def code(text: str, says: str, correction: str = "m") -> Markup:
    """The QR code of a text as a drawing with a title. A small one forgoes some correction ("l") to keep its modules wide."""
    drawn = segno.make(text, error=correction, micro=False, boost_error=False)
    return Markup(drawn.svg_inline(border=0, omitsize=True, title=says, svgclass="code", lineclass=None))  # noqa: S704 - segno's own
