"""The criteria that people answer worst."""

import pytest
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.reporting.models import CriterionFigure
from tests.factories.people import make_person
from tests.pages import Browser, words

from .test_program import cells


@pytest.fixture
def answered(session: Session) -> None:
    session.add_all(
        [
            CriterionFigure(criterion="6.1", entity="", asked=40, right=30),
            CriterionFigure(criterion="4.1", entity="", asked=10, right=3),
            CriterionFigure(criterion="6.1", entity="importers", asked=8, right=1),
            CriterionFigure(criterion="5.1", entity="", asked=4, right=0),
            CriterionFigure(criterion="99.9", entity="", asked=100, right=0),
        ]
    )
    session.commit()


@pytest.mark.usefixtures("answered")
def test_the_worst_comes_first(staff: Browser) -> None:
    """One that was asked four times tells nothing yet; one that the edition does not have is none."""
    page = staff.get("/program/criteria")
    assert page.h1 == "Criterion 4.1 is answered worst: 30 % right at the first try."
    lines = cells(page, "criteria")
    assert [line[:2] for line in lines.values()] == [["30 %", "10"], ["75 %", "40"]]
    assert [a.get("href") for a in page.find("//tbody//th/a[not(contains(@class, 'chip'))]")] == [
        "/criteria/4.1",
        "/criteria/6.1",
    ]
    assert "Criteria are shown in our paraphrase." in page.text


@pytest.mark.usefixtures("answered")
def test_of_one_entity_type(staff: Browser) -> None:
    page = staff.get("/program/criteria?entity=importers")
    assert page.h1 == "Criterion 6.1 is answered worst: 12 % right at the first try."
    assert len(cells(page, "criteria")) == 1
    ignored = staff.get("/program/criteria?entity=pirates&category=6")
    assert "There is no entity type “pirates”." in ignored.text
    assert len(cells(ignored, "criteria")) == 2


@pytest.mark.usefixtures("answered")
def test_modules_lead_where_the_reader_may_go(staff: Browser, session: Session) -> None:
    links = [a.get("href") for a in staff.get("/program/criteria").find("//tbody//td//a")]
    assert links
    assert all(link.startswith("/courses/") for link in links)
    admin = staff.sign_in(make_person(session, role=Role.ADMIN))
    page = admin.get("/program/criteria")
    for link in page.find("//tbody//td//a"):
        assert link.get("href").startswith("/studio/modules/")
        assert words(link) in admin.get(link.get("href")).text


def test_before_any_quiz(staff: Browser) -> None:
    page = staff.get("/program/criteria")
    assert page.h1 == "No criterion was asked often enough yet."
    assert "the one answered worst first" in page.text
