"""Addresses of the schedule room."""

from flask import Blueprint

bp = Blueprint("schedule", __name__)
