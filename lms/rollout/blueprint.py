"""The room's blueprint."""

from flask import Blueprint

bp = Blueprint("rollout", __name__)
