"""The room's blueprint, and what several of its views need."""

from flask import Blueprint, current_app

from lms.settings import Settings

bp = Blueprint("certificates", __name__)


def settings() -> Settings:
    """The settings of the site that answers."""
    own: Settings = current_app.extensions["settings"]
    return own
