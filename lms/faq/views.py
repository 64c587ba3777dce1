"""Addresses of the room."""

from . import views_desk, views_public  # noqa: F401 - the imports bring their addresses
from .blueprint import bp

__all__ = ["bp"]
