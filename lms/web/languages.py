"""Which language a request is answered in: the one chosen on the site, else the browser's, else English."""

from functools import lru_cache

from flask import Flask, current_app, request
from flask.globals import request_ctx
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from lms.core import language
from lms.core.language import NAMES, Language

COOKIE = "language"
YEAR = 365 * 24 * 3600
# The pages of staff, trainers and administrators are written in English only so far, and so is what programs read.
ENGLISH_ONLY = ("/admin/", "/api/", "/program/", "/studio/")


def init(app: Flask) -> None:
    """Call it before anything that may refuse a request, so that refusals are in the reader's language too."""

    @app.before_request
    def begin() -> None:
        language.use("en" if request.path.startswith(ENGLISH_ONLY) else readers())

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        language.use("en")

    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.extend(newstyle_gettext=True)
    env.filters |= {"translated": language.translated, "number": language.number}
    env.globals |= {
        "_": _gettext,
        "gettext": _gettext,
        "ngettext": _ngettext,
        "pgettext": _pgettext,
        "current_language": language.current_language,
        "language_names": NAMES,
        "lang_of": lang_of,
        "this_page": this_page,
    }


# Templates' own, as Jinja's new style has them: placeholders by name, values escaped. Jinja's cost a page three times as much.


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: object) -> str:
    return _filled(context, language.translated(message), values)


@pass_eval_context
def _pgettext(context: EvalContext, of: str, message: str, /, **values: object) -> str:
    return _filled(context, language.in_context(of, message), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, count: int, /, **values: object) -> str:
    return _filled(context, language.plural_form(one, many, count), {"num": language.number(count), **values})


def _filled(context: EvalContext, text: str, values: dict[str, object]) -> str:
    """Messages are ours and may hold markup; values may not. Plain text, as of mails, is left as it is."""
    if not context.autoescape:
        return text % values
    if not values:
        return Markup(text.replace("%%", "%"))  # noqa: S704
    return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704


def readers() -> Language:
    """The reader's language, also where the page is in English only."""
    return chosen(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=512)
def chosen(cookie: str, accepted: str) -> Language:
    """The language of the cookie, else the first of ours in an Accept-Language header (es-MX is es), else English."""
    wanted = (
        tag.partition("-")[0].lower() for tag, quality in parse_accept_header(accepted, LanguageAccept) if quality
    )
    return next((code for tag in (cookie, *wanted) if (code := language.known(tag)) is not None), "en")


def lang_of(part: Language) -> Markup:
    """The attribute of an element whose words are in this language, empty where the page is in it."""
    return Markup() if part == language.current_language() else Markup(' lang="{}"').format(part)


def has_chosen() -> bool:
    """Whether the reader chose a language on this device."""
    return language.known(request.cookies.get(COOKIE)) is not None


def remember(response: Response, choice: Language) -> Response:
    """Answer this browser in the language from now on, for a year."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, choice, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def this_page() -> str:
    """The address that opens the page being made once more; the first page where only a form leads to it."""
    address = request.full_path.removesuffix("?")
    if request.method in ("GET", "HEAD") or request.url_rule is None:
        return address
    adapter = request_ctx.url_adapter
    return request.path if adapter is not None and adapter.test(method="GET") else "/"
