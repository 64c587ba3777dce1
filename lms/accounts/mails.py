"""The mail this room sends, always after the commit. A mail server that is down costs the mail, never the page."""

from datetime import timedelta

from flask import current_app

from lms.web import mail

from . import joining, rules
from .inviting import Letter
from .letting_in import Decision
from .signing_in import Link


def address(endpoint: str, **values: str | int) -> str:
    """An address of this site for use outside it, from SITE_URL: a request's Host header is anybody's to choose."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.extensions['settings'].site_url}{path}"


def sign_in_link(link: Link) -> bool:
    minutes = rules.LINK_LIFE.seconds // 60
    return _send(
        link.email, "sign_in_link", name=link.name, address=address("accounts.link", token=link.token), minutes=minutes
    )


def invitation(letter: Letter, inviter: str) -> bool:
    return _send(
        letter.email,
        "invitation",
        name=letter.name,
        organization=letter.organization,
        inviter=inviter,
        address=address("accounts.invitation", token=letter.token),
        days=rules.INVITATION_LIFE.days,
    )


def join(letter: joining.Letter) -> bool:
    hours = rules.JOIN_LIFE // timedelta(hours=1)
    return _send(
        letter.email, "join", name=letter.name, address=address("accounts.join_link", token=letter.token), hours=hours
    )


def decided(decision: Decision) -> bool:
    """To somebody who waited for a coordinator."""
    template = "join_accepted" if decision.accepted else "join_declined"
    return _send(
        decision.email,
        template,
        name=decision.name,
        organization=decision.organization,
        address=address("accounts.ask_link" if decision.accepted else "accounts.join"),
    )


def password_changed(email: str, name: str) -> bool:
    return _send(email, "password_changed", name=name, address=address("accounts.ask_link"))


def _send(to: str, template: str, **values: str | int) -> bool:
    """Whether the mail server took it. The log names the template, never the person."""
    try:
        mail.send(to, template, **values)
    except OSError as error:
        current_app.logger.error("Mail %s could not be sent (%s). Check MAIL_URL.", template, type(error).__name__)
        return False
    return True
