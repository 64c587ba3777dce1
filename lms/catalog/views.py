"""Addresses of the catalog room."""

from flask import Blueprint

bp = Blueprint("catalog", __name__)
