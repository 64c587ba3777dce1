"""The room's blueprint, and what several of its views do alike."""

from collections.abc import Callable

from flask import Blueprint, Flask, after_this_request, current_app, flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user
from werkzeug.wrappers import Response

from lms.catalog.shelf import published
from lms.content.framework import Framework, Program
from lms.core.clock import now, program_day
from lms.core.database import db, transaction
from lms.core.language import _, current_language, known, ngettext, to_translate, translated, using
from lms.schedule import service as schedules
from lms.web import languages

from . import inviting, mails, people, rules, signing_in
from .forms import Invited
from .guards import me
from .identity import SignedIn
from .inviting import Letter
from .models import Person
from .passwords import TooBusy
from .signing_in import BY_PASSWORD, TooManyTries

bp = Blueprint("accounts", __name__)

# A number in an address; one larger than a database can hold is no page at all.
ID = "int(max=2147483647)"

ACCESS_ENDED = to_translate("Access has ended. The person is signed out everywhere and gets no mail.")
EXTRA_TIME_SAVED = to_translate("The extra time is saved. It counts from the next attempt on.")
ACCESS_GIVEN = to_translate("Access is given back. The person can sign in again.")


class Refused(Exception):
    """A sign-in was not accepted: the sentence for the page, its status, and the seconds to wait, 0 for none."""

    def __init__(self, sentence: str, status: int, seconds: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.headers = {"Retry-After": str(seconds)} if seconds else {}


def admitted(way: str, email: str) -> None:
    """Count a try. Raises Refused when there were too many."""
    try:
        with transaction():
            signing_in.admit(db.session, way, email, request.remote_addr or "", now=now())
    except TooManyTries as early:
        sentence = ngettext(
            "Too many tries in a short time. Wait %(num)s second, then try again.",
            "Too many tries in a short time. Wait %(num)s seconds, then try again.",
            early.seconds,
        )
        raise Refused(sentence, 429, early.seconds) from early


def proved(email: str, password: str, *, wrong: str) -> int:
    """The id of the person whom address and password belong to. Raises Refused, with the sentence `wrong` if they do not."""
    admitted(BY_PASSWORD, email)
    person_id = signing_in.verified(db.session, email, password, today=program_day(now()))
    if person_id is None:
        raise Refused(wrong, 422)
    return person_id


def begin_session(person: SignedIn) -> None:
    """A new session for whoever just proved to be this person; nothing of the old one survives."""
    session.clear()
    session.permanent = True
    login_user(person)
    _bring_language(person.id)


def _bring_language(person_id: int) -> None:
    """A choice made on this device goes before the account's, which goes before what the browser asks for."""
    kept = known(people.language_of(db.session, person_id))
    if kept is not None and not languages.has_chosen():
        after_this_request(lambda response: languages.remember(response, kept))
    elif kept is None and languages.has_chosen():
        with transaction():
            people.speak(db.session, person_id, current_language())


def keep_reading(person: Person) -> None:
    """Mail is in the language in which somebody came in, until he or she chooses one. Where that is English nothing is kept: mail
    is in English anyway, and a roster may still say otherwise."""
    if person.language is None and current_language() != "en":
        people.speak(db.session, person.id, current_language())


def afterwards(response: Response, language: str | None, send: Callable[[], object]) -> None:
    """Mails after the answer went out: the time it takes would tell whether there is anything to send. In this language, None for
    the one in force."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    chosen = known(language) or current_language()

    def later() -> None:
        with app.app_context(), using(chosen):
            send()

    response.call_on_close(later)


def framework() -> Framework:
    return published(db.session).library.framework


def offices(program: Program) -> dict[str, str]:
    """The program's field offices, slug to name."""
    return {office.slug: office.name for office in program.field_offices}


def function_names() -> dict[str, str]:
    """The job functions to choose from; `everyone` is nobody's choice."""
    return {f.slug: translated(f.name) for f in framework().functions.values() if f.slug != "everyone"}


def extra_times() -> list[tuple[int, str]]:
    """What may be granted, in words."""
    given = [(percent, _("%(percent)s %% more time", percent=percent)) for percent in rules.EXTRA_TIMES if percent]
    return [(0, _("No extra time")), *given]


def refresh(*profile_ids: int | None) -> None:
    """Let the requirements follow the people, in the transaction that changed them."""
    ids = tuple(n for n in profile_ids if n is not None)
    if ids:
        schedules.refresh(db.session, published(db.session).library, ids)


def invite(value: Invited) -> Letter:
    """Store an invitation by whoever is signed in. Raises AddressTaken."""
    with transaction():
        return inviting.invite(
            db.session,
            value.name,
            value.email,
            value.standing,
            inviter_id=me().id,
            inviter_role=me().role,
            now=now(),
        )


def tell_invited(letter: Letter) -> None:
    """Mail the invitation, and say on the next page whether it went out."""
    if mails.invitation(letter, me().name):
        days = rules.INVITATION_LIFE.days
        flash(_("The invitation to %(email)s is sent. It works for %(days)s days.", email=letter.email, days=days))
    else:
        unsent = _("The mail server does not answer, so the mail did not go out. Invite the address again later.")
        flash(unsent, "warning")


@bp.errorhandler(TooBusy)
def too_busy(_error: TooBusy) -> ResponseReturnValue:
    title = _("Many people are signing in.")
    advice = _("Wait a few seconds, go back and try again. Nothing was changed.")
    return render_template("errors/error.html", code=503, title=title, advice=advice), 503, {"Retry-After": "5"}
