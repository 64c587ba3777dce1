"""Addresses of the room."""

from . import views_dates, views_exemptions, views_timeline  # noqa: F401 - the imports bring their addresses
from .blueprint import bp

__all__ = ["bp"]
