"""A company's self-assessment goes along when the next edition is put in force."""

from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import transaction
from lms.editions import service
from lms.workbooks import assessment
from lms.workbooks.rules import Said, Typed
from tests.conftest import on_both
from tests.factories.editions import NEXT, publish_next_edition
from tests.factories.people import make_organization, make_person


@on_both
def test_what_changed_is_asked_again_and_a_new_number_is_followed(session: Session) -> None:
    company = make_organization(session)
    person, staff = make_person(session, organization=company), make_person(session, role=Role.STAFF)
    edition = published(session).library.framework.program.edition
    typed = {c: Typed("met", f"Note on {c}", Said().seen) for c in ("5.8", "6.1", "6.2", "6.5", "6.7", "4.11")}
    assessment.save(session, company.id, edition, typed, by_id=person.id, now=now())
    session.commit()
    seen = publish_next_edition(session).revision_id
    with transaction():
        service.adopt(session, NEXT, seen=seen, author=staff.name, actor_id=staff.id, now=now())
    assert assessment.said(session, company.id, NEXT) == {
        "6.12": Said("met", "Note on 6.1", 1),  # another number
        "6.5": Said("met", "Note on 6.5", 1),
        "6.7": Said("met", "Note on 6.7", 1),  # asks for less
        "6.2": Said("", "Note on 6.2", 1),  # worded anew
        "4.11": Said("", "Note on 4.11", 1),  # a must now
    }
