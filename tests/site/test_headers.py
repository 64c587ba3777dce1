"""Every response wears every header, whatever it is."""

import pytest

from tests.pages import Browser

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/", "/criteria/", "/login", "/healthz", "/readyz", "/static/css/look.css", "/nowhere", "/company/"]
)
def test_headers(browser: Browser, path: str) -> None:
    with browser.client.get(path) as response:
        found = {name: response.headers.get(name) for name in EXPECTED}
    assert found == EXPECTED


def test_pages_are_not_kept_by_caches_and_static_files_are(browser: Browser) -> None:
    assert browser.client.get("/").headers["Cache-Control"] == "no-store"
    with browser.client.get("/static/css/look.css") as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_the_session_cookie_is_out_of_scripts_reach(browser: Browser) -> None:
    cookie = browser.client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
