"""The roll-out on one page: what runs, what waits for staff, what comes next."""

from flask import render_template

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.announcements import reach
from lms.announcements import service as announcements
from lms.catalog.shelf import published
from lms.core.clock import now, program_day
from lms.core.database import db
from lms.faq import service as answers
from lms.faq import versions
from lms.feedback import commenting, counting
from lms.workshops import rules as meetings
from lms.workshops import service as workshops

from .blueprint import bp

# So many of each kind are named.
NAMED = 3


@bp.get("/program/rollout/")
@guard(Permission.RUN_ROLLOUT)
def home() -> str:
    """Each number leads to its rows."""
    moment, session = now(), db.session
    entries = versions.entries(session)
    newest = announcements.newest(session, limit=NAMED)
    return render_template(
        "rollout/home.html",
        running=commenting.running(session),
        comments=counting.total(session, counting.Wanted(), me().id),
        unassigned=counting.total(session, counting.Wanted(state="unassigned"), me().id),
        mine=counting.total(session, counting.Wanted(state="mine"), me().id),
        entries=entries,
        votes=answers.votes_by_entry(session),
        ahead=workshops.listed(
            session, meetings.Choice(), past=False, now=moment, person_id=None, offset=0, limit=NAMED
        ),
        many_ahead=workshops.count(session, meetings.Choice(), past=False, now=moment),
        local_time=meetings.local_time,
        announcements=newest,
        read=reach.read_counts(session, [one.id for one in newest]),
        framework=published(session).library.framework,
        day_now=program_day(moment),
    )
