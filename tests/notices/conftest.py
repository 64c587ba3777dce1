"""A real mail server on this machine, that can be down and that refuses some addresses."""

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from lms.web import mail


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _lines(envelope: Envelope) -> bytes:
    content = envelope.original_content or b""
    return content.replace(b"\r\n", b"\n")


class Post:
    """What arrived, and how the server answers. `answers`: address -> what RCPT is answered with; `full`: what DATA is. `breaks`: a
    mail is taken and the connection ends without an answer."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.full = ""
        self.breaks = False
        self.on_mail: Callable[[], object] = lambda: None
        self.port = free_port()
        self._controller: Controller | None = None

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.full:
            return self.full
        message: Any = message_from_bytes(_lines(envelope), policy=policy.default)
        self.mails.append(message)
        self.on_mail()
        if self.breaks and server.transport:
            server.transport.abort()
        return "250 taken"

    def up(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self) -> None:
        if self._controller:
            self._controller.stop()
        self._controller = None

    @property
    def to(self) -> list[str]:
        return sorted(message["To"] for message in self.mails)

    def of(self, address: str) -> EmailMessage:
        (message,) = (message for message in self.mails if message["To"] == address)
        return message


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The site's mail server, as MAIL_URL names it."""
    server, other = Post(), Flask("mail")
    mail.init(other, f"smtp://127.0.0.1:{server.port}", "sample.example")
    monkeypatch.setitem(app.extensions, "mailman", other.extensions["mailman"])
    server.up()
    yield server
    server.down()
