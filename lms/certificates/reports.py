"""Documents of many pages that are no certificates, drawn with the fonts and the fetcher of these."""

from datetime import UTC, datetime
from typing import Any

from .pdf import ASSETS, ONE_AT_A_TIME, VARIANT, all_printed, number_of, prepare, refusals


def draw(html: str, *styles: str, made: datetime) -> bytes:
    """HTML and style sheets as PDF/UA-1, made at that moment. The same values give the same bytes with the same libraries and
    fonts. Raises CannotDraw."""
    with ONE_AT_A_TIME, refusals():
        press = prepare()
        sheets = [
            press.weasyprint.CSS(string=style, base_url=ASSETS, url_fetcher=press.fetcher, font_config=press.fonts)
            for style in styles
        ]
        page = press.weasyprint.HTML(string=html, base_url=ASSETS, url_fetcher=press.fetcher)
        document = page.render(press.fonts, stylesheets=sheets)
        document.metadata.authors = ["MSC Ready"]
        document.metadata.created = document.metadata.modified = f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        data: bytes = document.write_pdf(pdf_variant=VARIANT, finisher=_name_headers)
    all_printed(document)
    return data


def _name_headers(_document: Any, pdf: Any) -> None:
    """Say of every header cell of a table whether it heads a column or a row: WeasyPrint names headers by their ids alone."""
    for cell in pdf.objects:
        if isinstance(cell, dict) and cell.get("S") == "/TH":
            row = pdf.objects[number_of(cell["P"])]
            group = pdf.objects[number_of(row["P"])]
            cell["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
