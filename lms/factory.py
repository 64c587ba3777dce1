"""Joins the rooms into one Flask app."""

from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.templating import Environment
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import cli, health
from lms.accounts import identity
from lms.accounts import views as accounts
from lms.announcements import views as announcements
from lms.api import views as api
from lms.assessment import views as assessment
from lms.bundles import views as bundles
from lms.catalog import views as catalog
from lms.certificates import views as certificates
from lms.core import database
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.editions import views as editions
from lms.evidence import views as evidence
from lms.faq import views as faq
from lms.feedback import views as feedback
from lms.learning import views as learning
from lms.navigation import FOOTER, current_entry, current_page, menu, pages_within
from lms.notices import views as notices
from lms.reporting import views as reporting
from lms.reporting import views_paper as paper
from lms.rollout import views as rollout
from lms.roster import views as roster
from lms.schedule import service as schedules
from lms.schedule import views as schedule
from lms.settings import ROOT, Settings, SettingsError
from lms.signing import views as signing
from lms.studio import views as studio
from lms.studio import views_repairs as repairs
from lms.web import assets, dates, errors, fragments, headers, languages, mail
from lms.web.sessions import Sessions
from lms.workbooks import views as workbooks
from lms.workshops import views as workshops

ROOMS = (
    accounts,
    catalog,
    schedule,
    assessment,
    learning,
    signing,
    certificates,
    bundles,
    roster,
    reporting,
    paper,
    notices,
    studio,
    repairs,
    api,
    evidence,
    editions,
    workbooks,
    feedback,
    faq,
    workshops,
    announcements,
    rollout,
)


def create_app(settings: Settings) -> Flask:
    """The app for these settings. Touches no table: it starts on an empty database too."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "lms",
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(settings.instance),
    )
    app.jinja_environment = OneDictOfGlobals
    app.config.from_mapping(_config(settings))
    app.extensions["settings"] = settings
    if settings.proxies:  # without it the throttles would take everybody for one client
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.session_interface = Sessions()
    languages.init(app)
    _database(app)
    _sign_in(app)
    CSRFProtect(app)
    _pages(app)
    try:
        mail.init(app, settings.mail_url, urlsplit(settings.site_url).hostname or "localhost")
    except OSError as error:
        raise SettingsError(
            f"MAIL_URL names a folder that cannot be made: {error.filename}. Name another one."
        ) from error
    headers.init(app, secure=settings.secure)
    errors.init(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    health.init(app)
    cli.init(app)
    return app


class OneDictOfGlobals(Environment):
    """Jinja hands each template a chain of two dicts of globals, and compares it key by key at every import of a macro."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_BINDS": {database.READER: database.reader_options(settings.database_url)},
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": settings.database_url.startswith("postgresql")},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session; a quiz page may stay open for days
        "WTF_CSRF_SSL_STRICT": False,  # no Referer is needed beside a token bound to the session
    }


def _database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        database.listen(db.engine)
        database.listen(db.engines[database.READER], reader=True)


def _sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.anonymous_user = identity.Visitor
    manager.session_protection = None  # phones change networks; sessions end by epoch, see accounts.identity
    manager.user_loader(learning.load_user)


def _pages(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters |= {
        "day": dates.day,
        "short_day": dates.short_day,
        "month_day": dates.month_day,
        "weekday": dates.weekday,
        "moment": dates.moment,
        "clock_time": dates.clock_time,
        "pick": lambda keys, mapping: [mapping[key] for key in keys],
        "host": lambda address: urlsplit(address).hostname,
        "lower_first": lambda words: words[:1].lower() + words[1:] if words[:2].istitle() else words,
    }
    env.globals |= {
        "until": dates.until,
        "plural": dates.plural,
        "in_words": dates.in_words,
        "footer_menu": FOOTER,
        "menu": menu,
        "current_entry": current_entry,
        "pages_within": pages_within,
        "current_page": current_page,
        "schedule": lambda: schedules.current(db.session),
        "announcements_of_mine": announcements.of_mine,
        "today": lambda: program_day(now()),
    }
    assets.init(app)
    fragments.init(app)
