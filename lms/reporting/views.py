"""Addresses of the reporting room."""

from flask import Blueprint

bp = Blueprint("reporting", __name__)
