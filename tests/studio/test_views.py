"""The studio in the eyes of a trainer: open, write, check, publish, and nobody's work is lost."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from lms.catalog import service as catalog
from lms.catalog import store
from lms.catalog.models import Revision
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.schedule.models import ProfileRequirement
from lms.studio import sandbox
from tests.factories.library import small_courses
from tests.factories.people import make_organization, make_person
from tests.pages import Browser, Page

PATH = "06-seal-security/seals.md"
SEALS = "/studio/modules/seal-security/seals/"
LEARNED = "/courses/seal-security/seals/when-it-goes-on/"
TEXT = small_courses()[PATH].decode()
BETTER = TEXT.replace("right after loading", "as soon as loading ends")
BROKEN = TEXT.replace("- [ ] S\n", "- [x] S\n")


@pytest.fixture
def terry(browser: Browser, session: Session) -> Browser:
    return browser.sign_in(make_person(session, "Terry Sample", role=Role.TRAINER))


@pytest.fixture
def robin(app: Flask, session: Session) -> Browser:
    return Browser(app).sign_in(make_person(session, "Robin Muestra", role=Role.TRAINER))


def press(browser: Browser, page: Page, do: str, text: str, *, status: int = 200, **fields: Any) -> Page:
    """A button of the editor, with this text, as a browser without JavaScript sends it."""
    return browser.submit(page, status=status, text=text, do=do, **fields)


def publish(browser: Browser, page: Page, text: str, message: str = "Said more plainly", **more: Any) -> Page:
    return press(browser, page, "publish", text, what_changed=message, **more)


def typed(page: Page) -> str:
    """What stands in the text area."""
    return str(page.one("//textarea[@name='text']").text).removeprefix("\n")


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


# -- who may


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/studio/"),
        ("GET", "/studio/new"),
        ("POST", "/studio/new"),
        ("GET", SEALS),
        ("POST", SEALS),
        ("POST", f"{SEALS}preview"),
        ("GET", "/studio/revisions/1/"),
        ("GET", f"/studio/revisions/1/files/{PATH}"),
    ],
)
def test_only_those_who_write_courses_come_in(app: Flask, session: Session, method: str, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        visitor = Browser(app).client.open(path, method=method)
        assert (visitor.status_code, visitor.location.split("?")[0]) == (302, "/login")
        for role in Role:
            person = Browser(app).sign_in(make_person(session, role=role))
            answer = person.client.open(path, method=method)
            assert (answer.status_code == 403) is (role not in (Role.TRAINER, Role.ADMIN)), role
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_nothing_is_done_without_a_token(terry: Browser, session: Session) -> None:
    for path in ("/studio/new", SEALS, f"{SEALS}preview"):
        assert terry.client.post(path, data={"text": BETTER, "do": "publish", "what_changed": "x"}).status_code == 400
    assert newest(session) == 1


# -- the first page


def test_all_modules_with_what_the_check_says(terry: Browser) -> None:
    page = terry.get("/studio/")
    row = page.one("//tr[.//a[.='Passwords']]")
    cells = ["".join(cell.itertext()).strip() for cell in row.xpath("./td")]
    assert cells == ["4 Cybersecurity", "1", "4.8 must", "1 warning"]
    assert page.links()["Seals, shortly"] == SEALS
    assert "flask pull courses" in page.text
    assert "Bring the folder to revision 1." in page.text


def test_revisions_newest_first_with_what_changed(terry: Browser, session: Session) -> None:
    in_files(session, PATH, b"bay four", b"bay five")
    page = terry.get("/studio/")
    newest, first = page.find("//li[@class='revision']")
    assert "From a folder" in "".join(newest.itertext())
    assert "git, " in "".join(newest.itertext())
    assert "seals.md changed" in "".join(newest.itertext())
    assert "more files" in "".join(first.itertext())


def test_many_revisions_take_pages_and_no_more_statements(terry: Browser, session: Session) -> None:
    def statements() -> int:
        counted: list[str] = []
        listener = lambda *args: counted.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        terry.get("/studio/")
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(counted)

    terry.get("/studio/")
    few = statements()
    for n in range(21):
        in_files(session, PATH, b"bay four" if n % 2 == 0 else b"bay five", b"bay five" if n % 2 == 0 else b"bay four")
    terry.get("/studio/")
    assert statements() == few
    page = terry.get("/studio/")
    assert len(page.find("//li[@class='revision']")) == 20
    older = terry.get(page.links()["Next page"])
    assert [h.text for h in older.find("//li[@class='revision']//h3")] == ["From a folder", "The small library"]


# -- reading and checking


def test_the_editor_opens_on_the_published_text(terry: Browser) -> None:
    page = terry.get(SEALS)
    assert page.h1 == "Seals, shortly"
    assert typed(page) == TEXT
    assert page.one("//input[@name='base']").get("value") == "1"
    assert [row.text for row in page.find("//div[@class='code__lines']/div")] == [
        f"{line}\n" for line in TEXT.split("\n")
    ]


def test_the_preview_is_what_learners_see(terry: Browser) -> None:
    preview = terry.get(SEALS).one("//*[@id='md_preview']")
    learned = terry.get(LEARNED).one("//div[@class='taught measure']")
    shown = [e for e in preview.xpath(".//div[@class='taught measure']") if "high-security" in "".join(e.itertext())]
    assert ["".join(e.itertext()) for e in shown] == ["".join(learned.itertext())]
    assert "Which class letter must be on the seal?" in "".join(preview.itertext())
    assert {a.get("target") for a in preview.xpath(".//a")} == {"_blank"}


def test_checking_shows_problems_beside_the_text_with_the_way_to_the_line(terry: Browser) -> None:
    page = press(terry, terry.get(SEALS), "check", BROKEN)
    line = BROKEN[: BROKEN.index("- [x] S")].count("\n") + 1
    assert page.links()[f"seals.md:{line}:1 A002"] == f"#line_{line}"
    assert page.one(f"//*[@id='line_{line}']").get("class") == "error"
    assert "1 error stops publishing" in said(page)
    assert f"Line {line}:" in "".join(
        page.one("//*[@id='md_preview']//*[contains(@class,'usa-alert__text')]").itertext()
    )
    assert typed(page) == BROKEN


def test_a_good_text_can_be_checked_without_a_sentence(terry: Browser, session: Session) -> None:
    page = press(terry, terry.get(SEALS), "check", BETTER)
    assert "No errors" in said(page)
    assert "as soon as loading ends" in "".join(page.one("//*[@id='md_preview']").itertext())
    assert newest(session) == 1


def test_a_page_with_script_gets_preview_state_and_problems(terry: Browser) -> None:
    token = terry.get(SEALS).one("//input[@name='csrf_token']").get("value")
    answer = terry.client.post(f"{SEALS}preview", data={"csrf_token": token, "text": BROKEN, "base": "1"})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Not shown yet." in body
    assert 'id="md_problems" hx-swap-oob="innerHTML"' in body
    assert 'id="md_state" role="status" hx-swap-oob="innerHTML"' in body
    assert "1 error stops publishing" in body


def test_problems_of_a_translation_and_errors_elsewhere_are_shown(terry: Browser, session: Session) -> None:
    page = press(terry, terry.get(SEALS), "check", TEXT.replace("`q: seals-log`", "`q: passwords-share`"))
    assert any(label.startswith("seals.md:") and label.endswith("Q019") for label in page.links())
    elsewhere = press(terry, terry.get("/studio/modules/cybersecurity/passwords/"), "check", "nothing")
    assert "is gone" in elsewhere.text


def test_what_is_not_there_is_not_found(terry: Browser) -> None:
    for path in (
        "/studio/modules/seal-security/none/",
        "/studio/modules/none/seals/",
        "/studio/modules/seal-security/Seals/?new=1",
        "/studio/modules/seal-security/images/?new=1",
        "/studio/revisions/9/",
        "/studio/revisions/99999999999/",
        "/studio/revisions/1/files/none.md",
        "/studio/revisions/1/files/../../app.py",
    ):
        terry.get(path, status=404)


# -- publishing


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


# -- hostile texts


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[" * 18_000,
        ">" * 5_000,
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
    ],
    ids=["script", "brackets", "quotes", "address", "image"],
)
def test_a_hostile_text_neither_runs_nor_hangs_and_is_kept(terry: Browser, session: Session, hostile: str) -> None:
    text = TEXT.replace("\n## Quiz", f"\n\n{hostile}\n\n## Quiz")
    page = publish(terry, terry.get(SEALS), text, hostile[:40], status=422)
    assert typed(page) == text
    shown = page.one("//*[@id='md_preview']")
    assert not shown.xpath(
        ".//script | .//iframe | .//*[starts-with(@href,'javascript:')] | .//img[contains(@src,'evil')]"
    )
    assert newest(session) == 1


def test_a_text_that_ends_the_text_area_stays_a_text(terry: Browser) -> None:
    text = TEXT + "</textarea><script>alert(1)</script>"
    page = press(terry, terry.get(SEALS), "check", text)
    assert typed(page) == text + "\n"


def test_an_overrun_is_a_sentence_and_publishes_nothing(
    terry: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    page = publish(terry, terry.get(SEALS), BETTER, status=422)
    assert "Checking and showing this text took more than 0.01 seconds." in page.text
    assert typed(page) == BETTER
    assert newest(session) == 1


def test_a_text_over_one_megabyte_is_kept_with_a_sentence(terry: Browser) -> None:
    text = ("words " * 200 + "\n") * 850
    page = press(terry, terry.get(SEALS), "check", text)
    assert f"The file is {len(text):,} bytes long. At most 1,000,000 bytes: split the module." in page.text
    assert typed(page) == text


# -- new modules


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


# -- revisions


def test_a_revision_says_who_why_and_which_lines(terry: Browser) -> None:
    publish(terry, terry.get(SEALS), BETTER, "Said <more> plainly")
    page = terry.get("/studio/revisions/2/")
    assert "Said <more> plainly" in page.text
    assert "Published by Terry Sample" in page.text
    assert "This is what learners read now." in page.text
    lines = page.one("//pre[@class='diff']").text.split("\n")
    assert [line for line in lines if line[:1] in "+-"] == [
        "-The seal goes on right after loading, and it is of the high-security class. {6.2}",
        "+The seal goes on as soon as loading ends, and it is of the high-security class. {6.2}",
    ]
    assert "A newer revision has taken its place" in terry.get("/studio/revisions/1/").text


def test_a_file_of_a_revision_is_a_download(terry: Browser) -> None:
    publish(terry, terry.get(SEALS), BETTER)
    for number, text in ((1, TEXT), (2, BETTER)):
        answer = terry.client.get(f"/studio/revisions/{number}/files/{PATH}")
        assert answer.get_data(as_text=True) == text
        assert answer.content_type == "text/plain; charset=utf-8"
        assert answer.headers["Content-Disposition"] == "attachment; filename=seals.md"
    drawing = terry.client.get("/studio/revisions/1/files/05-conveyance-and-iit-security/images/walk.svg")
    assert drawing.content_type == "text/plain; charset=utf-8"
