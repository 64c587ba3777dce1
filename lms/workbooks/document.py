"""The workbook as a PDF to print and fill in by hand: facts in, bytes out. Drawn with the fonts and the fetcher of the certificates."""

import hashlib
from datetime import datetime
from pathlib import Path

from flask import current_app

from lms.certificates import reports
from lms.certificates.designs import Paper
from lms.content.framework import EntityType
from lms.core.language import current_language

from .facts import Facts
from .rules import ANSWERS

STYLE = Path(__file__).resolve().parents[2] / "templates" / "workbooks" / "document.css"


def page(facts: Facts, entity: EntityType) -> str:
    """The HTML in the language in force: everything that the PDF says, and no date of today."""
    template = current_app.jinja_env.get_template("workbooks/document.html")
    return template.render(facts=facts, entity=entity, answers=ANSWERS, language=current_language())


def styles(paper: Paper) -> tuple[str, str]:
    return STYLE.read_text(encoding="utf-8"), f"@page {{ size: {paper} }}"


def source(html: str, sheets: tuple[str, ...]) -> str:
    """What a drawn PDF is known by: as long as it is the same, so is the PDF."""
    digest = hashlib.sha256()
    for text in (html, *sheets):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def draw(html: str, sheets: tuple[str, ...], *, made: datetime) -> bytes:
    """PDF/UA-1. Raises CannotDraw."""
    return reports.draw(html, *sheets, made=made)
