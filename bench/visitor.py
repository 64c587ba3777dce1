"""Requests as a browser sends them, with real cookies, straight into the WSGI callable: what is timed is the site alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import EnvironBuilder

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"


class WrongAnswer(Exception):
    """A request was not answered as it should be: what was timed is not what was meant."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request made ready outside the clock. Calling it sends it and returns the body."""

    app: Flask
    environ: Mapping[str, Any]
    body: bytes
    status: int

    def __call__(self) -> bytes:
        answered: list[str] = []
        environ = {**self.environ, "wsgi.input": BytesIO(self.body)}
        chunks = self.app(environ, lambda status, _headers, _error=None: answered.append(status))  # type: ignore[arg-type,func-returns-value]
        page = b"".join(chunks)
        chunks.close()  # type: ignore[attr-defined]
        if not answered[0].startswith(str(self.status)):
            raise WrongAnswer(f"{environ['PATH_INFO']} answered {answered[0]}, not {self.status}")
        return page


class Visitor:
    """Somebody with a session of their own, or nobody in particular."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        if person is not None:
            with self.client.session_transaction() as session:
                session["_user_id"] = as_signed_in(person).get_id()
                session["_fresh"] = True
            found = TOKEN.search(self.client.get("/logout").get_data(as_text=True))
            self.token = found[1] if found else ""

    @property
    def cookie(self) -> str:
        kept = self.client.get_cookie("session")
        return f"session={kept.value}" if kept else ""

    def get(self, path: str, status: int = 200) -> Request:
        return self._request(path, status, method="GET")

    def post(self, path: str, form: Mapping[str, Any], status: int = 303, *, by_htmx: bool = False) -> Request:
        """A form with its token, from a page of this session."""
        body = urlencode({**form, "csrf_token": self.token}, doseq=True).encode()
        headers = {"HX-Request": "true"} if by_htmx else {}
        return self._request(path, status, method="POST", body=body, content_type=FORM, headers=headers)

    def _request(self, path: str, status: int, *, body: bytes = b"", **how: Any) -> Request:
        headers = {"Cookie": self.cookie, **how.pop("headers", {})} if self.cookie else {}
        builder = EnvironBuilder(path, base_url="http://localhost", headers=headers, input_stream=BytesIO(body), **how)
        environ = builder.get_environ()
        environ["CONTENT_LENGTH"] = str(len(body)) if body else ""
        builder.close()
        return Request(self.app, environ, body, status)
