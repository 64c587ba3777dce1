"""The room's blueprint."""

from flask import Blueprint

bp = Blueprint("faq", __name__)
