"""By when somebody must complete a module, and whether that is done: what statements over requirements and progress share.

They read Organization, ProfileRequirement and, outer joined, Progress.
"""

from sqlalchemy import and_, case, func, or_

from lms.accounts.models import Organization
from lms.schedule.models import ProfileRequirement

from .models import Progress

# The phase's day, or the company's own earlier one, the same as schedule.rules.due; that of a retraining where there is one.
due_day = func.coalesce(
    Progress.again_on,
    case((Organization.due_by < ProfileRequirement.due_on, Organization.due_by), else_=ProfileRequirement.due_on),
)
# A completion counts until its validity ends, also while its refresher is due.
is_complete = Progress.completed_at.is_not(None)
is_open = Progress.completed_at.is_(None)
is_begun = and_(Progress.person_id.is_not(None), is_open)
# What somebody has to do: what is open, and refreshers.
is_ahead = or_(is_open, Progress.again_because.is_not(None))
