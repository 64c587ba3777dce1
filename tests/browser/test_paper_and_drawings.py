"""Summary cards fill one sheet; drawings read well on a phone, in every language."""

from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from lms.content.check import check
from lms.content.folder import read_folder
from lms.settings import ROOT
from tools.demo_site import DemoSite

from .conftest import new_context

FOLDER = read_folder(ROOT / "courses")
DRAWINGS = {path: data.decode() for path, data in FOLDER.files.items() if path.endswith(".svg")}
# A lesson on a phone of 390 pixels gives a drawing this much.
WIDE = 358
SMALLEST = 12.0
MEASURE = """([wide, smallest]) => {
  const svg = document.querySelector("svg"), view = svg.viewBox.baseVal, scale = wide / view.width;
  const right = view.x + view.width + 1, bottom = view.y + view.height + 3, home = svg.getCTM().inverse();
  const texts = [...svg.querySelectorAll("text")].filter(e => e.textContent.trim()).map(e => {
    const box = e.getBBox(), way = home.multiply(e.getCTM());
    const corners = [0, 1, 2, 3].map(n => new DOMPoint(box.x + (n % 2) * box.width, box.y + (n > 1) * box.height).matrixTransform(way));
    const xs = corners.map(p => p.x), ys = corners.map(p => p.y);
    return {said: e.textContent.trim(), size: parseFloat(getComputedStyle(e).fontSize) * scale, turned: Math.abs(way.b) > 0.01,
            left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys)};
  });
  const over = [], straight = texts.filter(t => !t.turned);
  for (const [i, a] of straight.entries()) for (const b of straight.slice(i + 1)) {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 2 && down > 0.4 * Math.min(a.bottom - a.top, b.bottom - b.top)) over.push(a.said + " / " + b.said);
  }
  return {
    outside: texts.filter(t => t.left < view.x - 1 || t.right > right || t.top < view.y - 3 || t.bottom > bottom).map(t => t.said),
    small: texts.filter(t => t.size < smallest).map(t => t.said), over,
  };
}"""


@pytest.mark.browser
def test_words_in_drawings_are_large_enough_inside_the_frame_and_apart(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    found = {}
    for path, drawing in DRAWINGS.items():
        page.set_content(f"<body style='margin:16px'>{drawing}</body>")
        measured = page.evaluate(MEASURE, [WIDE, SMALLEST])
        if any(measured.values()):
            found[path] = {what: said for what, said in measured.items() if said}
    page.close()
    assert found == {}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_summary_card_prints_on_one_page(chromium: Browser, site: DemoSite, language: str) -> None:
    library = check(FOLDER.files).library
    assert library is not None
    keys = [m.key for m in library.modules.values() if language == "en" or (m.key, language) in library.translations]
    context = new_context(chromium, site)
    page = context.new_page()
    page.goto(f"/language/{language}?next=/courses/")
    pages = {}
    for key in keys:
        page.goto(f"/courses/{key}/card")
        for paper in ("Letter", "A4"):
            pages[key, paper] = len(PdfReader(BytesIO(page.pdf(format=paper))).pages)
    context.close()
    assert pages
    assert {place: count for place, count in pages.items() if count != 1} == {}
