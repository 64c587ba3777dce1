"""Switching reminders off and on, a test mail, and how the mail stands for staff of the program."""

from smtplib import SMTPRecipientsRefused

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me, public
from lms.accounts.permissions import Permission
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _
from lms.web import mail
from lms.web.paging import page_of

from . import bounces, switches

bp = Blueprint("notices", __name__)

ROWS = 50


@bp.get("/reminders/off/<token>")
@public
def off(token: str) -> str:
    """Where the link of a mail leads. Changes nothing: mail scanners open links too."""
    _person_of(token)
    return render_template("notices/off.html", token=token, done=False)


@bp.post("/reminders/off/<token>")
@public
def switch_off(token: str) -> str:
    """The button of that page, and the one click of mail programs (RFC 8058), which have no session and so no CSRF token: the
    signed token of the address stands for it."""
    person_id = _person_of(token)
    with transaction():
        switches.switch(db.session, person_id, on=False)
    return render_template("notices/off.html", token=token, done=True)


@bp.record_once
def _one_click(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(switch_off)


@bp.post("/account/reminders")
@guard(Permission.LEARN)
def mail_reminders() -> ResponseReturnValue:
    """Whether reminders and digests are to be mailed."""
    wanted = "mail_reminders" in request.form
    with transaction():
        switches.switch(db.session, me().id, on=wanted)
    flash(_("Reminders are mailed to you.") if wanted else _("Reminders are not mailed to you."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/test-mail")
@guard(Permission.LEARN)
def test_mail() -> ResponseReturnValue:
    """Whether mail reaches the person again."""
    try:
        mail.send(me().email, "test", name=me().name)
    except SMTPRecipientsRefused:
        flash(_("The mail server still refuses your address. Ask your company's coordinator to check it."), "error")
    except OSError as error:
        current_app.logger.error("Mail test could not be sent (%s). Check MAIL_URL.", type(error).__name__)
        flash(_("The mail server does not answer. Try again later."), "warning")
    else:
        with transaction():
            switches.accept(db.session, me().id, now=now())
        flash(_("The test mail is sent. Look for it in your mailbox within the next minutes."))
    return redirect(url_for("accounts.account"), 303)


@bp.get("/program/reminders")
@guard(Permission.SEE_PROGRAM)
def program() -> str:
    """How the mail stands, and whose mail comes back."""
    standing = switches.standing(db.session, today=program_day(now()))
    page = page_of(request.args.get("page"), standing.refused, ROWS)
    people = switches.refused(db.session, offset=page.offset, limit=page.size)
    return render_template("notices/program.html", standing=standing, page=page, people=people)


def _person_of(token: str) -> int:
    person_id = bounces.person_of(str(current_app.secret_key), token)
    return person_id if person_id is not None else abort(404)
