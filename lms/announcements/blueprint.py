"""The room's blueprint."""

from flask import Blueprint

bp = Blueprint("announcements", __name__)
