"""New modules."""

from flask import Flask
from sqlalchemy.orm import Session

from tests.pages import Browser
from tests.studio.editor import newest, publish, said, typed


def test_a_new_module_is_kept_only_when_it_is_published(terry: Browser, app: Flask, session: Session) -> None:
    form = terry.get("/studio/new?category=6")
    page = terry.submit(form, name="rail")
    assert page.path == "/studio/modules/seal-security/rail/"
    assert "NEW, NOT PUBLISHED" in page.text
    assert "2 errors stop publishing" in said(page)
    assert newest(session) == 1
    text = typed(page).replace('title: ""', "title: Seals on rail").replace("criteria: []", "criteria: [6.1]")
    done = publish(terry, page, text, "A module about rail")
    assert "Published as revision 2." in said(done)
    assert done.h1 == "Seals on rail"
    assert Browser(app).get("/courses/seal-security/rail/").h1 == "Seals on rail"


def test_a_new_module_needs_a_place_of_its_own(terry: Browser) -> None:
    page = terry.submit(terry.get("/studio/new"), category="", name="Über Seals", status=422)
    assert page.links()["Use small letters, digits and hyphens, such as uber-seals."] == "#name"
    assert "Choose the category" in said(page)
    page = terry.submit(terry.get("/studio/new"), category="6", name="seals", status=422)
    assert "This category has a module of that name." in said(page)
