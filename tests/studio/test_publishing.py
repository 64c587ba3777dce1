"""Publishing from the editor: learners read it at once, and nobody's work is lost."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalog import store
from lms.schedule.models import ProfileRequirement
from tests.factories.people import make_organization, make_person
from tests.pages import Browser
from tests.studio.editor import BETTER, BROKEN, LEARNED, PATH, SEALS, TEXT, in_files, newest, publish, said, typed


def test_learners_read_the_new_text_at_their_next_page(terry: Browser, app: Flask) -> None:
    learner = Browser(app)
    assert "right after loading" in learner.get(LEARNED).text
    page = publish(terry, terry.get(SEALS), BETTER)
    assert "Published as revision 2." in said(page)
    assert page.one("//input[@name='base']").get("value") == "2"
    assert "as soon as loading ends" in learner.get(LEARNED).text
    assert "Terry Sample" in terry.get("/studio/").text


def test_requirements_follow(terry: Browser, session: Session) -> None:
    organization = make_organization(session)
    make_person(session, organization=organization, functions=("guard",))
    required = select(ProfileRequirement.module)
    assert "seal-security/seals" not in session.scalars(required).all()
    publish(terry, terry.get(SEALS), TEXT.replace("functions: [driver, loader]", "functions: [driver, loader, guard]"))
    session.rollback()
    assert "seal-security/seals" in session.scalars(required).all()


def test_a_broken_text_is_refused_and_stays_on_the_page(terry: Browser, session: Session) -> None:
    page = publish(terry, terry.get(SEALS), BROKEN, "Two are right", status=422)
    assert (
        page.links()["Not published: errors stand against it. Your text is kept on this page; mend what is listed."]
        == "#md_problems"
    )
    assert typed(page) == BROKEN
    assert page.one("//input[@name='what_changed']").get("value") == "Two are right"
    assert newest(session) == 1


def test_publishing_without_a_sentence_is_refused(terry: Browser, session: Session) -> None:
    page = publish(terry, terry.get(SEALS), BETTER, "", status=422)
    assert "Say in one sentence what you changed." in said(page)
    assert typed(page) == BETTER
    assert newest(session) == 1


def test_nothing_new_is_said(terry: Browser, session: Session) -> None:
    page = publish(terry, terry.get(SEALS), TEXT.replace("\n", "\r\n"))
    assert "the site serves this text already" in said(page)
    assert newest(session) == 1


def test_two_trainers_and_one_file(terry: Browser, robin: Browser, session: Session) -> None:
    opened = terry.get(SEALS)
    publish(robin, robin.get(SEALS), TEXT.replace("bay four", "bay nine"), "The bay is nine")
    page = publish(terry, opened, BETTER, status=409)
    assert "You and Robin Muestra both changed seals.md" in said(page)
    assert "revision 1" in said(page)
    assert "revision 2" in said(page)
    assert "The bay is nine" in said(page)
    assert "bay nine" in page.one("//pre[@class='diff']").text
    assert typed(page) == BETTER
    assert newest(session) == 2
    assert store.file_content(session, 2, PATH) == TEXT.replace("bay four", "bay nine").encode()

    again = publish(terry, page, BETTER, status=409)
    assert typed(again) == BETTER
    done = publish(terry, again, BETTER.replace("bay four", "bay nine"), merged="2")
    assert "Published as revision 3." in said(done)


def test_two_trainers_and_two_files(terry: Browser, robin: Browser, session: Session) -> None:
    opened = terry.get(SEALS)
    walk = robin.get("/studio/modules/conveyance-and-iit-security/walk/")
    publish(robin, walk, typed(walk).replace("leave the yard", "leave the gate"))
    assert "Published as revision 3." in said(publish(terry, opened, BETTER))
    content = store.content_of(session, newest(session))
    assert b"leave the gate" in content["05-conveyance-and-iit-security/walk.md"]
    assert b"as soon as loading ends" in content[PATH]


def test_the_studio_and_a_folder_do_not_overwrite_each_other(terry: Browser, session: Session) -> None:
    opened = terry.get(SEALS)
    in_files(session, PATH, b"bay four", b"bay five")
    page = publish(terry, opened, BETTER, status=409)
    assert "You and git both changed seals.md" in said(page)
