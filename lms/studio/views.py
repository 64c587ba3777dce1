"""Addresses of the studio room."""

from flask import Blueprint

bp = Blueprint("studio", __name__)
