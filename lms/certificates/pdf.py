"""The document of a certificate: plain values in, bytes out. Reaches nothing but our own assets."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .reader import NUMBER_KEY
from .rules import Record
from .sheet import Sheet, sheet

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
# An address that leads nowhere: what the template and the css name lies below it and is read from static/.
ASSETS = "https://assets.invalid/"
IMAGES = ("img/certificate.svg", "img/rib.svg", "img/bolt-all.svg")
STYLE = "css/certificate.css"
NAME_FONT = "vendor/uswds/fonts/merriweather/Latin-Merriweather-Light.ttf"
FONTS = (
    NAME_FONT,
    "vendor/uswds/fonts/public-sans/PublicSans-Regular.ttf",
    "vendor/uswds/fonts/public-sans/PublicSans-ExtraBold.ttf",
    "vendor/uswds/fonts/roboto-mono/roboto-mono-v5-latin-700.ttf",
)
OWN = frozenset((STYLE, *IMAGES, *FONTS))
VARIANT = "pdf/ua-1"
QR_CODE = "data:image/png;base64,"
QR_MASK = 4  # a fixed one: trying all eight takes longer than the rest of the code

TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ONE_AT_A_TIME = Lock()  # Pango is not made for two threads at once


class CannotDraw(Exception):
    """The document cannot be made on this machine. The message is one sentence that says what to do."""


class LibraryMissing(CannotDraw):
    """Pango or one of its companions is not installed."""


class FontMissing(CannotDraw):
    """A font file is missing, or no installed font has the letters of a name."""


class AssetRefused(CannotDraw):
    """Something asked for an address that is not one of our assets, or for one that is gone."""


@dataclass(frozen=True, slots=True)
class Press:
    """What all drawings of a process share. `letters` are the code points that the font of names has."""

    html: Any
    fetcher: Any
    fonts: Any
    style: Any
    letters: frozenset[int]


def draw(record: Record, site: str) -> bytes:
    """The PDF of a record, one page, PDF/UA-1. `site` is the address that checks it, without a slash at its end.

    The same record and site give the same bytes with the same libraries and fonts. Raises CannotDraw.
    """
    with ONE_AT_A_TIME, refusals():
        press = prepare()
        printed = sheet(record, site)
        html = press.html(
            string=page(printed, qr_code(record, site), press.letters),
            base_url=ASSETS + "css/",
            url_fetcher=press.fetcher,
        )
        document = html.render(press.fonts, stylesheets=[press.style], pdf_variant=VARIANT)
        document.metadata.title = f"Certificate: {printed.title}, {printed.name}"
        document.metadata.authors = ["MSC Ready"]
        document.metadata.created = document.metadata.modified = f"{record.issued_at:%Y-%m-%dT%H:%M:%SZ}"
        document.metadata.custom = {NUMBER_KEY: record.number}
        data: bytes = document.write_pdf(pdf_variant=VARIANT, custom_metadata=True)
    if missing := sorted({chr(c) for font in document.fonts.values() for c in font.missing}):
        raise FontMissing(
            f"No font here has {' '.join(missing)}. Install fonts-noto-core and fonts-noto-cjk (apt-get install)."
        )
    return data


def page(printed: Sheet, qr: str, letters: frozenset[int]) -> str:
    """The HTML of the sheet. A name with letters that the font of names lacks is set in another font as a whole."""
    other_script = not {ord(c) for c in printed.name} <= letters
    return TEMPLATES.get_template("certificates/certificate.html").render(s=printed, qr=qr, other_script=other_script)


def qr_code(record: Record, site: str) -> str:
    """The address that checks the certificate, as a picture of one bit a module in a data: address."""
    code = segno.make(f"{site}/verify/{record.number}", error="m", micro=False, boost_error=False, mask=QR_MASK)
    return code.png_data_uri(border=0)


@cache
def prepare() -> Press:
    """WeasyPrint with our fonts and css, loaded at the first drawing: web workers that draw nothing stay small."""
    for path in FONTS:
        if not (STATIC / path).is_file():
            raise FontMissing(f"static/{path} is missing. Run make vendor.")
    try:  # loaded here, not at the top: web workers start without them
        import weasyprint  # noqa: PLC0415
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except OSError as error:  # what cffi raises for a library that cannot be loaded
        raise LibraryMissing(
            "Pango is missing. Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0 (apt-get install)."
        ) from error

    class OwnAssets(URLFetcher):  # type: ignore[misc]
        """Answers from static/ what is listed in OWN, decodes the QR code, and refuses the rest."""

        def fetch(self, url: str, headers: object = None) -> Any:
            if url.startswith(QR_CODE):
                return super().fetch(url)
            path = url.removeprefix(ASSETS)
            if path not in OWN:
                raise AssetRefused(f"A certificate may not ask for {url}.")
            if not (STATIC / path).is_file():
                raise AssetRefused(f"static/{path} is missing.")
            return URLFetcherResponse(url, (STATIC / path).read_bytes())

    atexit.register(prepare.cache_clear)  # the fonts' temporary folder goes while Python still can
    fetcher = OwnAssets(fail_on_errors=True)
    fonts = FontConfiguration()
    with refusals():
        style = weasyprint.CSS(url=ASSETS + STYLE, url_fetcher=fetcher, font_config=fonts)
    return Press(weasyprint.HTML, fetcher, fonts, style, frozenset(TTFont(STATIC / NAME_FONT).getBestCmap()))


@contextmanager
def refusals() -> Iterator[None]:
    """WeasyPrint stops at a refusal with an error that is no Exception; here it becomes ours."""
    try:
        yield
    except BaseException as error:
        if isinstance(error.__cause__, AssetRefused):
            raise error.__cause__ from None
        raise
