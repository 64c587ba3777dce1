"""Plain mail through Flask-Mailman: to a mail server, or into files of a folder where there is none."""

from collections.abc import Mapping
from pathlib import Path
from smtplib import SMTPServerDisconnected
from urllib.parse import unquote, urlsplit

from flask import Flask, render_template
from flask_mailman import EmailMessage, Mail

SENDER = "MSC Ready <no-reply@{host}>"

# File name, content, media type.
Attachment = tuple[str, bytes, str]


class Unsure(OSError):
    """The connection broke while a mail was handed over: nobody knows whether the server took it."""


def init(app: Flask, mail_url: str, site_host: str) -> None:
    """Set up from MAIL_URL: file:FOLDER, smtp://user:password@host:port (STARTTLS) or smtps://."""
    parts = urlsplit(mail_url)
    if parts.scheme == "file":
        Path(parts.path).mkdir(parents=True, exist_ok=True)
        app.config |= {"MAIL_BACKEND": "file", "MAIL_FILE_PATH": parts.path}
    else:
        app.config |= {
            "MAIL_BACKEND": "smtp",
            "MAIL_SERVER": parts.hostname,
            "MAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
            "MAIL_USERNAME": unquote(parts.username or "") or None,
            "MAIL_PASSWORD": unquote(parts.password or "") or None,
            "MAIL_USE_SSL": parts.scheme == "smtps",
            "MAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in ("127.0.0.1", "localhost"),
            "MAIL_TIMEOUT": 10,
        }
    app.config["MAIL_DEFAULT_SENDER"] = SENDER.format(host=site_host)
    Mail(app)


def send(
    to: str,
    template: str,
    attachment: Attachment | None = None,
    headers: Mapping[str, str] | None = None,
    /,
    **values: object,
) -> None:
    """Send templates/mail/TEMPLATE.txt; its first line is the subject.

    Raises OSError when the mail server cannot be had or does not take it; Unsure when the connection broke meanwhile.
    """
    subject, _, body = render_template(f"mail/{template}.txt", **values).partition("\n")
    message = EmailMessage(subject.removeprefix("Subject: "), body.lstrip("\n"), to=[to], headers=dict(headers or {}))
    if attachment:
        message.attach(*attachment)
    with message.get_connection() as connection:
        try:
            connection.send_messages([message])
        except (SMTPServerDisconnected, ConnectionError, TimeoutError) as error:
            raise Unsure from error
