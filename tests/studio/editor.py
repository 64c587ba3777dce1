"""What tests of the studio share: a module to edit, and the buttons of the editor."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.models import Revision
from lms.core.clock import now
from lms.core.database import transaction
from tests.factories.library import small_courses
from tests.pages import Browser, Page

PATH = "06-seal-security/seals.md"
SEALS = "/studio/modules/seal-security/seals/"
LEARNED = "/courses/seal-security/seals/when-it-goes-on/"
TEXT = small_courses()[PATH].decode()
BETTER = TEXT.replace("right after loading", "as soon as loading ends")
BROKEN = TEXT.replace("- [ ] S\n", "- [x] S\n")


def press(browser: Browser, page: Page, do: str, text: str, *, status: int = 200, **fields: Any) -> Page:
    """A button of the editor, with this text, as a browser without JavaScript sends it."""
    return browser.submit(page, status=status, text=text, do=do, **fields)


def publish(browser: Browser, page: Page, text: str, message: str = "Said more plainly", **more: Any) -> Page:
    return press(browser, page, "publish", text, what_changed=message, **more)


def typed(page: Page) -> str:
    """What stands in the text area."""
    return str(page.one("//textarea[@name='text']").text)


def said(page: Page) -> str:
    return " ".join("".join(element.itertext()) for element in page.find("//*[@role='alert' or @role='status']"))


def newest(session: Session) -> int:
    """The number of the newest revision, as a session that begins now sees it."""
    session.rollback()
    found = store.newest(session)
    assert found
    return found.id


def in_files(session: Session, path: str, old: bytes, new: bytes) -> None:
    """Somebody publishes from a folder."""
    with transaction():
        base = session.scalars(select(Revision.id).order_by(Revision.id.desc())).first()
        assert base
        files = store.content_of(session, base)
        files[path] = files[path].replace(old, new)
        catalog.publish(session, files, base=base, author="git", message="From a folder", now=now())
