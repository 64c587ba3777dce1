"""Error pages: what happened and what to do. The 500 page is a file that looks nothing up, so it cannot fail again."""

from pathlib import Path

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.core import language
from lms.core.language import to_translate

from . import languages
from .problems import PROGRAMS, problem

MESSAGES = {
    400: (to_translate("We could not read that request."), to_translate("Go back, reload the page and try again.")),
    403: (
        to_translate("This page is not yours to open."),
        to_translate("Your account does not include it. Ask your company's coordinator if you need it."),
    ),
    404: (
        to_translate("There is no page at this address."),
        to_translate("Check the address, or start again from the first page."),
    ),
    405: (
        to_translate("This address cannot be opened that way."),
        to_translate("Go back and use the button on the page."),
    ),
    409: (
        to_translate("Somebody was faster."),
        to_translate("Nothing of yours was lost. Reload the page to see what stands now."),
    ),
    413: (to_translate("That is too large."), to_translate("Send a smaller file: 2 MB at most.")),
    429: (to_translate("Too many tries in a short time."), to_translate("Wait some minutes, then try again.")),
}
# What programs are told, in English.
FOR_PROGRAMS = {
    400: "This request cannot be read.",
    404: "There is nothing at this address. /api/v1/openapi.json names those that there are.",
    405: "This address can only be read, by GET or HEAD.",
    500: "Something went wrong here. Ask again later.",
}
STALE_FORM = (
    to_translate("The page was open too long."),
    to_translate("Nothing was changed. Go back, reload the page and send it again."),
)


def _page(code: int, title: str, advice: str) -> tuple[str, int]:
    """In the reader's language also where the pages are in English only."""
    language.use(languages.readers())
    title, advice = language.translated(title), language.translated(advice)
    return render_template("errors/error.html", code=code, title=title, advice=advice), code


def stale() -> tuple[str, int]:
    """What a form gets whose token is not of this session."""
    return _page(400, *STALE_FORM)


def init(app: Flask) -> None:
    failsafe = Path(app.root_path, app.template_folder or "", "errors", "500.html").read_text(encoding="utf-8")

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> tuple[str, int]:
        return stale()

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
        code = error.code or 500
        if code < 400 or error.response is not None:
            return error
        if request.path.startswith(PROGRAMS):
            more = {name: value for name, value in error.get_headers() if name != "Content-Type"}
            return problem(code, FOR_PROGRAMS.get(code, FOR_PROGRAMS[400]), more)
        if code == 500:
            return Response(failsafe, 500)
        return _page(code, *MESSAGES.get(code, MESSAGES[400]))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.exception("Exception on %s [%s]", request.path, request.method, exc_info=error)
        if app.testing:
            raise error
        return problem(500, FOR_PROGRAMS[500]) if request.path.startswith(PROGRAMS) else Response(failsafe, 500)
