"""The addresses of the certificates room are spread over several files."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)
