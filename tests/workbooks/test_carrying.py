"""What a company said goes along to the next edition, as far as it still fits."""

from sqlalchemy.orm import Session

from lms.core.clock import now
from lms.workbooks import assessment
from lms.workbooks.carrying import Kept, carry
from lms.workbooks.rules import Said, Typed
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person

KEPT = (Kept("6.1", "6.1", True), Kept("6.2", "6.3", True), Kept("4.1", "4.1", False), Kept("4.8", "4.8", False))


@on_both
def test_answers_go_along_and_changed_criteria_are_asked_again(session: Session) -> None:
    ours, theirs = make_organization(session), make_organization(session, "Placeholder Freight")
    person = make_person(session, organization=ours)

    def says(company: int, edition: str, **answers: tuple[str, str]) -> None:
        typed = {c[1:].replace("_", "."): Typed(*said, Said().seen) for c, said in answers.items()}
        assessment.save(session, company, edition, typed, by_id=person.id, now=now())

    says(ours.id, "2019", _6_1=("met", ""), _6_2=("partly", "Night shift"), _4_1=("met", "Policy"), _4_8=("met", ""))
    says(theirs.id, "2019", _6_1=("not-yet", ""), _9_1=("met", "gone"))
    says(theirs.id, "2027", _6_1=("met", "done since"))
    for _ in range(2):  # put in force, taken back, put in force again
        carry(session, KEPT, former="2019", edition="2027")
    assert assessment.said(session, ours.id, "2027") == {
        "6.1": Said("met", "", 1), "6.3": Said("partly", "Night shift", 1), "4.1": Said("", "Policy", 1),
    }  # fmt: skip
    assert assessment.said(session, theirs.id, "2027") == {"6.1": Said("met", "done since", 1)}
    assert assessment.said(session, ours.id, "2019")["4.8"] == Said("met", "", 1), (
        "the former edition keeps its answers"
    )
