"""Addresses of the assessment room."""

from flask import Blueprint

bp = Blueprint("assessment", __name__)
