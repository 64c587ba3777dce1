"""Addresses of the certificates room."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)
