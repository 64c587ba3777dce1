"""The document of a certificate: plain values in, bytes out. Reaches nothing but the design folders and our fonts."""

import atexit
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.core.language import Language

from .designs import FOLDER, PAPERS, Paper
from .reader import NUMBER_KEY
from .rules import Record
from .sheet import Sheet, sheet

FONT_FOLDER = Path(__file__).resolve().parents[2] / "static" / "vendor" / "uswds" / "fonts"
NAME_FONT = "merriweather/Latin-Merriweather-Light.ttf"
FONTS = (
    NAME_FONT,
    "public-sans/PublicSans-Regular.ttf",
    "public-sans/PublicSans-ExtraBold.ttf",
    "roboto-mono/roboto-mono-v5-latin-700.ttf",
)
# An address that leads nowhere: what a design names lies below it and is read from its folder or from the fonts.
ASSETS = "https://assets.invalid/"
VARIANT = "pdf/ua-1"
# A point that holds the place of the QR code until the file is finished: WeasyPrint would make eight bits of each module.
PLACE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
)
QR_MASK = 4  # a fixed one: trying all eight takes longer than the rest of the code
QR_MODULES = (
    96  # at 32 mm, a module of a code up to so many is 0.33 mm wide or wider, which cameras of phones tell apart
)
CREDENTIAL = "credential.json"

TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
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
class Seal:
    """What signs a record, made beforehand: `site` checks it and has no slash at its end, `code` is the text of the QR code,
    `credential` the file inside the document.
    """

    site: str
    code: str
    credential: bytes


@dataclass(frozen=True, slots=True)
class Press:
    """What all drawings of a process share. `letters` are the code points that the font of names has, `images` those read."""

    weasyprint: Any
    fetcher: Any
    fonts: Any
    letters: frozenset[int]
    styles: Mapping[tuple[int, Paper], tuple[Any, Any]]
    images: dict[str, Any] = field(default_factory=dict)


def draw(record: Record, seal: Seal, *, language: Language, paper: Paper) -> bytes:
    """The PDF of a record before it is signed: one page, PDF/UA-1, the credential inside.

    The same values give the same bytes with the same libraries and fonts. Raises CannotDraw.
    """
    printed = sheet(record, seal.site, language=language, paper=paper)
    issued = record.issued_at.astimezone(UTC)
    with ONE_AT_A_TIME, refusals():
        press = prepare()
        html = press.weasyprint.HTML(
            string=page(record.template, printed, press.letters),
            base_url=ASSETS,
            url_fetcher=press.fetcher,
        )
        document = html.render(press.fonts, stylesheets=press.styles[record.template, paper], cache=press.images)
        document.metadata.title = printed.document
        document.metadata.authors = ["MSC Ready"]
        document.metadata.created = document.metadata.modified = f"{issued:%Y-%m-%dT%H:%M:%SZ}"
        document.metadata.custom = {NUMBER_KEY: record.number}
        document.metadata.attachments = [
            press.weasyprint.Attachment(
                string=seal.credential,
                name=CREDENTIAL,
                description=printed.credential,
                relationship="Data",
                created=issued,
                modified=issued,
                url_fetcher=press.fetcher,
            )
        ]
        data: bytes = document.write_pdf(
            pdf_variant=VARIANT, custom_metadata=True, finisher=partial(finish, code=seal.code)
        )
    all_printed(document)
    return data


def all_printed(document: Any) -> None:
    """Every letter of the document was found in a font. Raises FontMissing."""
    if missing := sorted({chr(c) for font in document.fonts.values() for c in font.missing}):
        raise FontMissing(
            f"No font here has {' '.join(missing)}. Install fonts-noto-core and fonts-noto-cjk (apt-get install)."
        )


def page(template: int, printed: Sheet, letters: frozenset[int]) -> str:
    """The HTML of the sheet. A name with letters that the font of names lacks is set in another font as a whole."""
    other_script = not {ord(c) for c in printed.name} <= letters
    return TEMPLATES.get_template(f"{template}/document.html").render(s=printed, place=PLACE, other_script=other_script)


def finish(document: Any, pdf: Any, *, code: str) -> None:
    """Put the QR code in its place, and name the credential as a file that belongs to the whole document (PDF 2.0, 14.13)."""
    import pydyf  # type: ignore[import-untyped]  # noqa: PLC0415 - loaded with WeasyPrint

    (picture,) = (o for o in pdf.objects if isinstance(o, pydyf.Stream) and o.extra.get("Subtype") == "/Image")
    side, bits = modules(code)
    del picture.extra["DecodeParms"]
    picture.extra |= {"Width": side, "Height": side, "ColorSpace": "/DeviceGray", "BitsPerComponent": 1}
    picture.stream = [zlib.compress(bits)]
    _, reference = pdf.objects[number_of(pdf.catalog["Names"]["EmbeddedFiles"])]["Names"]
    (credential,) = document.metadata.attachments
    pdf.objects[number_of(reference)]["AFRelationship"] = f"/{credential.relationship}"
    pdf.catalog["AF"] = pydyf.Array([reference])


def modules(text: str) -> tuple[int, bytes]:
    """The QR code of a text: modules a side, and the rows from the top, one bit a module, 0 for black, filled up to whole bytes.

    A long text forgoes some correction to keep modules wide.
    """
    for correction in ("m", "l"):
        code = segno.make(text, error=correction, micro=False, boost_error=False, mask=QR_MASK)
        side = len(code.matrix)
        if side <= QR_MODULES:
            break
    white = bytes.maketrans(b"\0\1", b"10")
    rows = (int(row.translate(white), 2) << -side % 8 for row in code.matrix)
    return side, b"".join(row.to_bytes((side + 7) // 8, "big") for row in rows)


def number_of(reference: bytes) -> int:
    """Which object a reference like 12 0 R names."""
    return int(reference.split()[0])


@cache
def prepare() -> Press:
    """WeasyPrint with our fonts and styles, loaded at the first drawing: web workers that draw nothing stay small."""
    assets = {f"{ASSETS}fonts/{path}": FONT_FOLDER / path for path in FONTS}
    for path in assets.values():
        if not path.is_file():
            raise FontMissing(f"{path.name} is missing. Run make vendor.")
    for path in FOLDER.glob("*/*.*"):
        if path.suffix in (".css", ".svg"):
            assets[f"{ASSETS}{path.parent.name}/{path.name}"] = path
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
        """Answers with what is listed in `assets` and the place of the QR code, and refuses the rest."""

        def fetch(self, url: str, headers: object = None) -> Any:
            if url == PLACE:
                return super().fetch(url)
            if url not in assets:
                raise AssetRefused(f"A certificate may not ask for {url}.")
            return URLFetcherResponse(url, assets[url].read_bytes())

    atexit.register(prepare.cache_clear)  # the fonts' temporary folder goes while Python still can
    fetcher = OwnAssets(fail_on_errors=True)
    fonts = FontConfiguration()

    def style(version: int, name: str) -> Any:
        return weasyprint.CSS(url=f"{ASSETS}{version}/{name}.css", url_fetcher=fetcher, font_config=fonts)

    styles: dict[tuple[int, Paper], tuple[Any, Any]] = {}
    with refusals():
        for version in sorted(int(folder.name) for folder in FOLDER.iterdir()):
            common = style(version, "style")
            styles |= {(version, paper): (common, style(version, paper)) for paper in PAPERS}
    letters = frozenset(TTFont(FONT_FOLDER / NAME_FONT).getBestCmap())
    return Press(weasyprint, fetcher, fonts, letters, styles)


@contextmanager
def refusals() -> Iterator[None]:
    """WeasyPrint stops at a refusal with an error that is no Exception; here it becomes ours."""
    try:
        yield
    except BaseException as error:
        if isinstance(error.__cause__, AssetRefused):
            raise error.__cause__ from None
        raise
