"""What went wrong, for programs: problem details of RFC 9457."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response

# Addresses that programs read; no page is below it.
PROGRAMS = "/api/"


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """`detail` is a sentence that says what to do."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(json.dumps(body, ensure_ascii=False), status, headers, mimetype="application/problem+json")
