"""The room's blueprint, and what several of its views do alike."""

from zoneinfo import ZoneInfo

from flask import Blueprint, abort

from lms.core.database import db
from lms.web.dates import local_span

from . import service
from .models import Workshop
from .rules import Meeting, ends_at

bp = Blueprint("workshops", __name__)


def the_workshop(public_id: str) -> Workshop:
    """The workshop of an address; 404 where there is none."""
    try:
        return service.find(db.session, public_id)
    except service.NoSuchWorkshop:
        abort(404)


@bp.app_template_filter("meeting_time")
def meeting_time(workshop: Meeting) -> str:
    """When it is held, by the clocks of its place, with their zone."""
    return local_span(workshop.starts_at, ends_at(workshop), ZoneInfo(workshop.zone))
