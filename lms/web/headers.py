"""Every response's headers, in one place."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

# No inline script or style anywhere, so no nonces; images of pages and charts are our own.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def init(app: Flask, *, secure: bool) -> None:
    """Add the headers to every answer of the app, its last-resort errors too; a view may set a stricter policy of its own."""
    ours = [(name, value, name.lower()) for name, value in ((*HEADERS, STRICT_TRANSPORT) if secure else HEADERS)]
    inner = app.wsgi_app

    def with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value, lower in ours if lower not in given]
            if "cache-control" not in given and not environ["PATH_INFO"].startswith("/static/"):
                headers.append(("Cache-Control", "no-store"))
            return start_response(status, headers, *error)

        return inner(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]
