"""The overview of the roll-out: each number leads to as many rows."""

from datetime import timedelta

from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.core.clock import now, program_day
from lms.feedback import periods, service
from lms.feedback.rules import Words
from lms.feedback.service import Author
from tests.factories.people import make_organization, make_person
from tests.pages import Browser


def test_nothing_runs_yet(session: Session, browser: Browser) -> None:
    browser.sign_in(make_person(session, role=Role.STAFF))
    page = browser.get("/program/rollout/")
    assert page.h1 == "No comment period runs"
    assert "None is planned" in page.text
    assert len(page.find("//main//*[contains(@class, 'button-next')]")) == 1


def test_each_number_leads_to_as_many_comments(session: Session, browser: Browser) -> None:
    staff = make_person(session, role=Role.STAFF)
    member = make_person(session, organization=make_organization(session))
    today, moment = program_day(now()), now()
    period = periods.add(
        session, edition="2019", purpose="For the next edition.", begins_on=today, ends_on=today + timedelta(days=9),
        by_id=staff.id, now=moment,
    )  # fmt: skip
    author = Author(member.id, member.organization_id, "en")
    for place, criterion in enumerate(("6.1", "6.2", "6.2")):
        words = Words(criterion, "highway-carriers-us-mexico", "unclear", f"Which seal, number {place}?")
        draft = service.begin(session, f"draft-{place}", words, period=period, author=author, now=moment)
        if place:
            service.send(session, draft, today=today, now=moment)
    session.commit()
    page = browser.sign_in(staff).get("/program/rollout/")
    assert page.h1 == "2 comments to answer"
    assert "in 9 days" in page.text
    links = {address: words for words, address in page.links().items() if "/program/rollout/comments/" in address}
    assert links["/program/rollout/comments/?state=unassigned"] == "2"
    for address, words in links.items():
        if words.isdigit():
            rows = browser.get(address).find("//main//a[starts-with(@href, '/program/rollout/comments/draft-')]")
            assert len(rows) == int(words), address
