"""Every response's headers, in one place."""

from flask import Flask, Response, request

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
    """Set the headers on every response; a view may set a stricter policy of its own first."""
    headers = (*HEADERS, STRICT_TRANSPORT) if secure else HEADERS

    @app.after_request
    def add(response: Response) -> Response:
        set_before = {name.lower() for name, _ in response.headers}
        response.headers.extend([pair for pair in headers if pair[0].lower() not in set_before])
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
