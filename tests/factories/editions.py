"""A made-up next edition of the criteria, 2027, beside the real one: one change of each kind."""

import csv
from io import StringIO

from sqlalchemy.orm import Session

from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.shelf import Published, published
from lms.content.criteria import COLUMNS
from lms.core.clock import now
from lms.learning import retraining
from tests.factories.library import SEALS_FILE, small_courses

NEXT = "2027"
TABLE = f"editions/{NEXT}.csv"
PHOTOS, PHOTOS_FILE = "seal-security/photos", "06-seal-security/photos.md"

# Of the next edition alone: what is new in it.
PHOTOS_TEXT = """\
---
title: A picture of every seal
criteria: [6.11]
entities: all
functions: [driver, loader]
level: personnel
minutes: 5
pass: 50
change: editorial
owner: trainer@demo.example
edition: "2027"
---

You take a picture before you leave the dock.

## When to take it

The picture shows the number and the door. {6.11}

## Quiz

### What does the picture show?
`q: photos-shows` `single` `criteria: 6.11` `must`

- [x] The number and the door
- [ ] The driver
    > The driver is no part of it.

> **Why:** Number and door belong together.
"""
# For the quiz of the published module: asked only once the next edition is in force.
NEW_QUESTION = """
### How far apart may loading and sealing lie?
`q: seals-apart` `single` `criteria: 6.2` `must` `edition: 2027`

- [x] No time at all
- [ ] A shift
    > A shift is time enough to add a box.

> **Why:** Sealing is the last step of loading.
"""


def table(
    *edits: tuple[str, dict[str, str]], gone: tuple[str, ...] = (), new: tuple[dict[str, str], ...] = ()
) -> bytes:
    """The real table with these cells of these criteria changed, some rows left out and some added, `formerly` at the end."""
    rows = list(csv.DictReader(StringIO(small_courses()["criteria.csv"].decode())))
    by_id = {row["id"]: row for row in rows}
    added = [by_id[row["formerly_like"]] | {k: v for k, v in row.items() if k != "formerly_like"} for row in new]
    for criterion, cells in edits:
        by_id[criterion] |= cells
    out = StringIO()
    writer = csv.DictWriter(out, (*COLUMNS, "formerly"), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*(row for row in rows if row["id"] not in gone), *added])
    return out.getvalue().encode()


def next_table() -> bytes:
    """6.11 is new, 4.11 a must now, 6.2 worded anew for whoever moves cargo, 6.1 is numbered 6.12, 4.10 is for importers alone, 6.7 a
    should, 5.8 gone."""
    return table(
        ("4.11", {"level": "must"}),
        (
            "6.2",
            {"scope": "transport", "summary": "Every shipment is sealed by the loader himself, at once after loading."},
        ),
        ("6.1", {"id": "6.12", "formerly": "6.1"}),
        ("4.10", {"scope": "trade", "entities": ""}),
        ("6.7", {"level": "should"}),
        gone=("5.8",),
        new=(
            {
                "formerly_like": "6.5",
                "id": "6.11",
                "title": "Pictures of seals",
                "scope": "common",
                "summary": "A picture.",
            },
        ),
    )


def with_next_edition(files: dict[str, bytes]) -> dict[str, bytes]:
    """These files with the next edition beside the one in force, a module and a question that wait for it."""
    seals = files[SEALS_FILE].decode() + NEW_QUESTION
    return {**files, TABLE: next_table(), PHOTOS_FILE: PHOTOS_TEXT.encode(), SEALS_FILE: seals.encode()}


def publish_next_edition(session: Session, **others: bytes) -> Published:
    """Publish the newest content with the next edition beside it, committed. `others` are files by path."""
    newest = published(session).revision_id
    files = with_next_edition(store.content_of(session, newest)) | others
    revision = catalog.publish(session, files, base=newest, author="tests", message="The next edition", now=now())
    retraining.follow(session, revision, now=now())
    session.commit()
    return published(session)
