"""Addresses of the learning room."""

from flask import Blueprint

bp = Blueprint("learning", __name__)
