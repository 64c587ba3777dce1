"""The room's blueprint."""

from flask import Blueprint

bp = Blueprint("workbooks", __name__)
