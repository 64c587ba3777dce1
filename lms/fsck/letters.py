"""J2: reminders fit the letters that tell of them, and nobody has two letters of a kind for a day."""

from collections.abc import Iterator

from sqlalchemy import select

from lms.notices.kinds import KINDS
from lms.notices.models import Letter, Reminder
from lms.notices.rules import OF_USE

from .reading import Reading
from .rules import Broken

_LETTERS = select(
    Letter.id, Letter.person_id, Letter.kind, Letter.about, Letter.day, Letter.state, Letter.taken_at, Letter.sent_at
)
_REMINDERS = select(
    Reminder.person_id, Reminder.module, Reminder.due_on, Reminder.days,
    Letter.id, Letter.person_id.label("whose"), Letter.kind, Letter.day,
).join(Letter, Letter.id == Reminder.letter_id)  # fmt: skip


def letters(read: Reading) -> Iterator[Broken]:
    """One letter a person, kind and day, or thing that it is about; a digest is of a Monday; the moments fit the state."""
    last = None
    for row in read.stream(_LETTERS.order_by(Letter.person_id, Letter.kind, Letter.about, Letter.day, Letter.id)):
        of = f"about {row.about}" if row.about else f"of {row.day}"
        if (row.person_id, row.kind, of) == last:
            yield Broken("letter", {"id": row.id}, f"person {row.person_id} has another {row.kind} {of}")
        last = (row.person_id, row.kind, of)
        if row.kind not in KINDS:
            yield Broken("letter", {"id": row.id}, f"kind is {row.kind}, which nobody composes")
        if row.kind == "digest" and row.day.weekday():
            yield Broken("letter", {"id": row.id}, f"day is {row.day}, which is no Monday")
        if (row.state == "sent") != (row.sent_at is not None):
            yield Broken("letter", {"id": row.id}, f"state is {row.state}, sent_at {row.sent_at}")
        if row.state in ("sending", "sent", "refused") and row.taken_at is None:
            yield Broken("letter", {"id": row.id}, f"state is {row.state}, though nobody took it")


def reminders(read: Reading) -> Iterator[Broken]:
    """A reminder is in a letter of reminders to the same person, on its day or caught up soon after it."""
    for row in read.stream(_REMINDERS.order_by(Reminder.person_id, Reminder.module, Reminder.due_on, Reminder.days)):
        key = {"person_id": row.person_id, "module": row.module, "due_on": row.due_on.isoformat(), "days": row.days}
        late = row.days - (row.due_on - row.day).days
        if row.person_id != row.whose or row.kind != "reminder":
            yield Broken("reminder", key, f"letter {row.id} is a {row.kind} to person {row.whose}")
        elif not 0 <= late <= OF_USE:
            yield Broken("reminder", key, f"days is {row.days}, {late} from that of letter {row.id}")
