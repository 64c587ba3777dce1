"""Copy what the site serves from node_modules into static/vendor/: USWDS's css with just the files it names, scripts, fonts, htmx,
and noble-ed25519, which the offline check carries inside.

Run by `make`; standard library only, so that it runs before anything is installed.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USWDS = ROOT / "node_modules" / "@uswds" / "uswds" / "dist"
HTMX = ROOT / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
NOBLE = ROOT / "node_modules" / "@noble" / "ed25519" / "index.js"
VENDOR = ROOT / "static" / "vendor"
# Beside what the css names: the icons, the scripts, and the fonts of our own css and of the certificate.
ALSO = (
    "img/sprite.svg",
    "js/uswds.min.js",
    "js/uswds-init.min.js",
    "fonts/public-sans/PublicSans-Regular.woff2",
    "fonts/public-sans/PublicSans-SemiBold.woff2",
    "fonts/public-sans/PublicSans-ExtraBold.woff2",
    "fonts/public-sans/PublicSans-Regular.ttf",
    "fonts/public-sans/PublicSans-ExtraBold.ttf",
    "fonts/merriweather/Latin-Merriweather-Light.ttf",
    "fonts/roboto-mono/roboto-mono-v5-latin-700.ttf",
)


def main() -> None:
    if not USWDS.is_dir() or not HTMX.is_file() or not NOBLE.is_file():
        sys.exit("USWDS, htmx and noble-ed25519 are not in node_modules. Run `make vendor`, which calls npm ci.")
    shutil.rmtree(VENDOR, ignore_errors=True)
    css = (USWDS / "css" / "uswds.min.css").read_text(encoding="utf-8")
    named = {re.split(r"[?#]", url)[0] for url in re.findall(r"url\([\"']?(\.\./[^)\"']+)", css)}
    wanted = {"css/uswds.min.css", *ALSO, *(url.removeprefix("../") for url in named)}
    for path in sorted(wanted):
        copy(USWDS / path, VENDOR / "uswds" / path)
    copy(HTMX, VENDOR / "htmx" / "htmx.min.js")
    copy(NOBLE, VENDOR / "noble" / "ed25519.js")


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
