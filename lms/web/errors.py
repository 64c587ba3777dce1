"""Error pages: what happened and what to do. The 500 page is a file that looks nothing up, so it cannot fail again."""

from pathlib import Path

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

MESSAGES = {
    400: ("We could not read that request.", "Go back, reload the page and try again."),
    403: (
        "This page is not yours to open.",
        "Your account does not include it. Ask your company's coordinator if you need it.",
    ),
    404: ("There is no page at this address.", "Check the address, or start again from the first page."),
    405: ("This address cannot be opened that way.", "Go back and use the button on the page."),
    409: ("Somebody was faster.", "Nothing of yours was lost. Reload the page to see what stands now."),
    413: ("That is too large.", "Send a smaller file: 2 MB at most."),
    429: ("Too many tries in a short time.", "Wait some minutes, then try again."),
}
STALE_FORM = ("The page was open too long.", "Nothing was changed. Go back, reload the page and send it again.")


def init(app: Flask) -> None:
    failsafe = Path(app.root_path, app.template_folder or "", "errors", "500.html").read_text(encoding="utf-8")

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> tuple[str, int]:
        return render_template("errors/error.html", code=400, title=STALE_FORM[0], advice=STALE_FORM[1]), 400

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
        code = error.code or 500
        if code < 400 or error.response is not None:
            return error
        if code == 500:
            return Response(failsafe, 500)
        title, advice = MESSAGES.get(code, MESSAGES[400])
        return render_template("errors/error.html", code=code, title=title, advice=advice), code

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.exception("Exception on %s [%s]", request.path, request.method, exc_info=error)
        if app.testing:
            raise error
        return Response(failsafe, 500)
