"""The file that checks a code without any server, in a real Chromium, opened from disk and cut off from every network."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from lms.certificates import code
from lms.certificates.rules import Record, Workshop
from lms.core.clock import now, program_day
from lms.signing import jws, keys
from tests.certificates.records import PROGRAM, SITE, TYPICAL
from tests.pages import Client

from .conftest import WIDTHS, accessible

pytestmark = pytest.mark.browser

ISSUED = now() - timedelta(days=30)
VALID = replace(TYPICAL, issued_at=ISSUED, valid_until=program_day(now()) + timedelta(days=30))
Open = Callable[..., Page]


@dataclass(frozen=True)
class Key:
    """A key file, and what it says of a record in a QR code."""

    path: Path

    def says(self, record: Record = VALID) -> str:
        facts, signing = code.compose(record), keys.load(self.path)
        return code.address(SITE, record.number, code.fragment(facts, *jws.sign_bytes(facts, signing)))


@pytest.fixture
def ours(tmp_path: Path) -> Key:
    keys.new(tmp_path / "ours.json", name="Sample", now=now() - timedelta(days=90))
    return Key(tmp_path / "ours.json")


@pytest.fixture
def theirs(tmp_path: Path) -> Key:
    keys.new(tmp_path / "theirs.json", name="Elsewhere", now=now())
    return Key(tmp_path / "theirs.json")


@pytest.fixture
def open_file(
    app: Flask, ours: Key, chromium: Browser, complaints: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Open]:
    """Save the file as the site serves it, and open it from disk. Whatever is then asked of a network fails the test."""
    asked: list[str] = []
    contexts = []
    settings = replace(app.extensions["settings"], signing_key_file=ours.path, site_url=SITE)
    monkeypatch.setitem(app.extensions, "settings", settings)

    def refuse(route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    def opened(width: str = "desktop", language: str = "en", after: str = "", script: str = "", **how: Any) -> Page:
        client: Client = app.test_client()  # type: ignore[assignment]
        file = tmp_path / "check.html"
        file.write_bytes(client.get("/verify/offline", headers={"Accept-Language": language}).data)
        across, down = WIDTHS[width]
        context = chromium.new_context(viewport={"width": across, "height": down}, locale="en", **how)
        context.route("**/*", refuse)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith("http") and asked.append(request.url))
        if script:
            page.add_init_script(script)
        page.goto(f"{file.as_uri()}{after}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked == []
    assert complaints == []


def check(page: Page, pasted: str) -> None:
    page.get_by_label("The code").fill(pasted)
    page.get_by_role("button", name="Check the code").click()


def told(page: Page) -> Any:
    return expect(page.get_by_role("status"))


def facts(page: Page) -> dict[str, str]:
    labels = page.locator("dl.facts dt").all_inner_texts()
    return dict(zip(labels, page.locator("dl.facts dd").all_inner_texts(), strict=True))


def changed(address: str, **facts_: Any) -> str:
    """The same code with other facts and the old signature."""
    before, _, fragment = address.partition("#")
    stated, kid, signature = fragment.split(".")
    listed = json.loads(urlsafe_b64decode(stated + "=="))
    listed[2] = facts_["name"]
    again = urlsafe_b64encode(json.dumps(listed, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{before}#{again}.{kid}.{signature}"


def in_words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def test_a_genuine_code_shows_every_fact(open_file: Open, ours: Key, width: str) -> None:
    page = open_file(width)
    accessible(page)
    check(page, ours.says())
    told(page).to_contain_text("This code is genuine.")
    expect(page.get_by_role("status")).to_be_focused()
    until = in_words(VALID.valid_until)
    told(page).to_contain_text(f"The certificate stands until {until}, unless it was revoked since.")
    assert facts(page) == {
        "Number": "7KQ4 M2T9 XHDW" + VALID.number[-1],
        "Earned by": "Marisol Ejemplo",
        "Organization that day": "Sample Freight Lines",
        "Category": "10 Physical Access Controls\nCTPAT Minimum Security Criteria, edition 2019",
        "Quizzes": "Every one passed with 80 % or better",
        "Date earned": "November 12, 2026",
        "Issued": in_words(program_day(ISSUED)),
        "Stands until": until,
    }
    link = page.get_by_role("link", name="When you are online")
    assert link.get_attribute("href") == f"{SITE}/verify/{VALID.number}"
    accessible(page)


def test_the_fragment_alone_and_broken_lines_will_do(open_file: Open, ours: Key) -> None:
    page = open_file()
    fragment = ours.says().partition("#")[2]
    for pasted in (fragment, f"#{fragment}", f"  {fragment[:100]}\n{fragment[100:]} \n"):
        check(page, "")
        told(page).to_contain_text("This is no code of ours.")
        check(page, pasted)
        told(page).to_contain_text("This code is genuine.")


def test_a_code_after_the_address_of_the_file_is_checked_at_once(open_file: Open, ours: Key) -> None:
    page = open_file(after="#" + ours.says().partition("#")[2])
    told(page).to_contain_text("This code is genuine.")
    page.evaluate("hash => { location.hash = hash }", changed(ours.says(), name="Robin").partition("#")[2])
    told(page).to_contain_text("This code is not as we signed it.")


def test_a_changed_name_is_no(open_file: Open, ours: Key) -> None:
    page = open_file()
    check(page, changed(ours.says(), name="Robin Muestra"))
    told(page).to_contain_text("This code is not as we signed it.")
    assert "Robin" not in page.get_by_role("status").inner_text()
    assert facts(page) == {}
    accessible(page)


def test_every_changed_character_is_no(open_file: Open, ours: Key) -> None:
    page = open_file()
    fragment = ours.says().partition("#")[2]
    for place in range(0, len(fragment), 17):
        other = "A" if fragment[place] != "A" else "B"
        check(page, fragment[:place] + other + fragment[place + 1 :])
        told(page).to_contain_text("This ")
        told(page).not_to_contain_text("genuine")


def test_a_foreign_key_is_no(open_file: Open, theirs: Key) -> None:
    page = open_file()
    check(page, theirs.says())
    told(page).to_contain_text("This code is not signed by us.")


def test_a_foreign_signature_under_the_name_of_our_key_is_no(open_file: Open, ours: Key, theirs: Key) -> None:
    page = open_file()
    kid = ours.says().split(".")[-2]
    stated, _, signature = theirs.says().partition("#")[2].split(".")
    check(page, f"{stated}.{kid}.{signature}")
    told(page).to_contain_text("This code is not as we signed it.")


def test_another_number_in_the_address_is_no(open_file: Open, ours: Key) -> None:
    page = open_file()
    check(page, ours.says().replace(f"/{VALID.number}#", f"/{VALID.number[::-1]}#"))
    told(page).to_contain_text("Address and code are of two certificates.")
    told(page).to_contain_text(VALID.number)


def test_a_revoked_key_is_no(open_file: Open, ours: Key) -> None:
    said, old = ours.says(), keys.load(ours.path).badge_id
    keys.new(ours.path, name="Sample", now=now())
    keys.revoke(ours.path, old, moment=now() - timedelta(days=60))
    page = open_file()
    check(page, said)
    told(page).to_contain_text("The key of this code no longer counts.")
    told(page).to_contain_text(in_words(program_day(now() - timedelta(days=60))))
    check(page, ours.says())
    told(page).to_contain_text("This code is genuine.")


def test_a_retired_key_counts_for_what_was_issued_before(open_file: Open, ours: Key) -> None:
    before, after = ours.says(), ours.says(replace(VALID, issued_at=now() - timedelta(days=5)))
    keys.new(ours.path, name="Sample", now=now() - timedelta(days=10))
    page = open_file()
    check(page, before)
    told(page).to_contain_text("This code is genuine.")
    check(page, after)
    told(page).to_contain_text("The key of this code was no longer in use.")


def test_a_lapsed_one_says_since_when(open_file: Open, ours: Key) -> None:
    yesterday = program_day(now()) - timedelta(days=1)
    page = open_file()
    check(page, ours.says(replace(VALID, valid_until=yesterday)))
    told(page).to_contain_text(f"This code is genuine, and the certificate lapsed on {in_words(yesterday)}.")
    assert facts(page)["Earned by"] == "Marisol Ejemplo"
    accessible(page)


def test_a_code_of_a_newer_kind_says_so(open_file: Open, ours: Key) -> None:
    facts_ = b'[2,"newer"]'
    page = open_file()
    check(page, code.fragment(facts_, *jws.sign_bytes(facts_, keys.load(ours.path))))
    told(page).to_contain_text("This code is of a newer kind than this file.")


@pytest.mark.parametrize("pasted", ["", "7KQ4 M2T9 XHDW C", "https://example.com/#abc", "a.b.c", "…", "#" * 5000])
def test_what_is_no_code_says_what_to_paste(open_file: Open, pasted: str) -> None:
    page = open_file()
    check(page, pasted)
    told(page).to_contain_text("This is no code of ours.")
    told(page).to_contain_text("Paste the whole address")


@pytest.mark.parametrize("name", ["<b>O’Neill</b> & Söhne", "曖昧サンプル", "נדב לדוגמה", "Название" * 25])
def test_names_are_shown_as_they_are(open_file: Open, ours: Key, name: str, width: str) -> None:
    page = open_file(width)
    check(page, ours.says(replace(VALID, name=name)))
    told(page).to_contain_text("This code is genuine.")
    assert facts(page)["Earned by"] == code.short(name, code.LONGEST_NAME)
    accessible(page)


def test_program_and_attendance_have_their_own_words(open_file: Open, ours: Key) -> None:
    page = open_file()
    lasting = {"issued_at": ISSUED, "valid_until": VALID.valid_until}
    check(page, ours.says(replace(PROGRAM, percent=100, demonstration=True, **lasting)))
    told(page).to_contain_text("This code is genuine.")
    assert facts(page)["Program"].startswith("All required categories")
    assert facts(page)["Quizzes"] == "Every one passed with 100 %"
    assert facts(page)["Demonstration"] == "Person and company are made up."
    attended = replace(VALID, category=None, percent=None, organization="", workshop=Workshop("Seals in hand", "", 60))
    check(page, ours.says(attended))
    told(page).to_contain_text("Seals in hand")
    assert list(facts(page)) == ["Number", "Earned by", "Workshop", "Date attended", "Issued", "Stands until"]


DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(picture) { return window.found ? [{ rawValue: window.found }] : []; }
};
window.createImageBitmap = async (file) => file;
"""


def test_a_picture_is_read_where_the_browser_can(open_file: Open, ours: Key) -> None:
    page = open_file(script=DETECTOR)
    field = page.get_by_label("Or a picture of it")
    picture = {"name": "photo.png", "mimeType": "image/png", "buffer": b"a picture"}
    field.set_input_files(picture)
    told(page).to_contain_text("We find no QR code in this picture.")
    page.evaluate("said => { window.found = said }", ours.says())
    field.set_input_files({**picture, "name": "another.png"})
    told(page).to_contain_text("This code is genuine.")
    assert facts(page)["Earned by"] == VALID.name
    accessible(page)


def test_without_such_a_browser_no_picture_is_asked_for(open_file: Open) -> None:
    page = open_file(script="delete window.BarcodeDetector")
    expect(page.get_by_label("The code")).to_be_visible()
    expect(page.locator("#by-picture")).to_be_hidden()


def test_without_script_it_says_what_to_do(open_file: Open) -> None:
    page = open_file(java_script_enabled=False)
    expect(page.get_by_text("This file needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_it_speaks_the_readers_language(open_file: Open, ours: Key) -> None:
    page = open_file(language="es")
    page.locator("#code").fill(ours.says())
    page.locator("button").click()
    expect(page.locator("dd[data-fact=completed]")).to_have_text("12 de noviembre de 2026")
    accessible(page)
