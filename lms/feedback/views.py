"""Addresses of the room."""

from . import mails, views_kept, views_member, views_period, views_program, views_workbook
from .blueprint import bp

__all__ = ["bp", "mails", "views_kept", "views_member", "views_period", "views_program", "views_workbook"]
