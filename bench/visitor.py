"""Requests as a browser sends them, with real cookies, through Flask's test client into the WSGI callable.

The client's own work (about 90 µs) is in every figure, hello's too: hello takes 145 µs that way, the unit of the targets.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"

Request = Callable[[], bytes]


class WrongAnswer(Exception):
    """A request was not answered as it should be: what was timed is not what was meant."""


class Visitor:
    """Somebody with a session of their own, or nobody in particular. Requests are made ready outside the clock."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if person is not None:
            with self.client.session_transaction() as session:
                session["_user_id"] = as_signed_in(person).get_id()
                session["_fresh"] = True

    @cached_property
    def token(self) -> str:
        """The token of this session's forms, from a page that has one."""
        found = TOKEN.search(self.client.get("/logout").get_data(as_text=True))
        return found[1] if found else ""

    @property
    def cookie(self) -> str:
        """The Cookie header that makes another client this visitor."""
        kept = self.client.get_cookie("session")
        return f"session={kept.value}" if kept else ""

    def get(self, path: str, status: int = 200) -> Request:
        return self._request(path, status, method="GET")

    def post(self, path: str, form: Mapping[str, Any], status: int = 303, *, by_htmx: bool = False) -> Request:
        """A form with its token, from a page of this session."""
        body = urlencode({**form, "csrf_token": self.token}, doseq=True).encode()
        headers = {"HX-Request": "true"} if by_htmx else {}
        return self._request(path, status, method="POST", data=body, content_type=FORM, headers=headers)

    def _request(self, path: str, status: int, **how: Any) -> Request:
        def send() -> bytes:
            response = self.client.open(path, **how)
            if response.status_code != status:
                raise WrongAnswer(f"{path} answered {response.status_code}, not {status}")
            return response.get_data()

        return send
