"""P3: what a person is exempt from, by him- or herself or with the company, is what the profile says."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from lms.accounts.models import Exemption, Person, Profile

from .reading import Reading
from .rules import Broken, side_by_side

_IN_FORCE = Exemption.ended_at.is_(None)
_PEOPLE = (
    select(Person.id, Person.organization_id, Profile.exempt)
    .join(Profile, Profile.id == Person.profile_id)
    .order_by(Person.id)
)
_OWN = select(Exemption.person_id, Exemption.module).where(_IN_FORCE, Exemption.person_id.is_not(None))
_COMPANIES = select(Exemption.organization_id, Exemption.module).where(
    _IN_FORCE, Exemption.organization_id.is_not(None)
)


def exemptions(read: Reading) -> Iterator[Broken]:
    """Staff give few to companies, so these are held at once; people stream by."""
    companies = defaultdict(set)
    for organization_id, module in read.stream(_COMPANIES):
        companies[organization_id].add(module)
    for person_id, (people, own) in side_by_side(read.stream(_PEOPLE), read.stream(_OWN.order_by(Exemption.person_id))):
        for person in people:
            right = {row.module for row in own} | companies.get(person.organization_id, set())
            if set(person.exempt) != right:
                said, counted = (", ".join(sorted(some)) or "nothing" for some in (person.exempt, right))
                what = f"the profile is exempt from {said}, by the exemptions in force it is {counted}"
                yield Broken("person", {"id": person_id}, what)
