"""The first page of the studio: modules, warnings, revisions, and the way of those who work in files."""

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.pages import Browser
from tests.studio.editor import PATH, SEALS, in_files


def test_all_modules_with_what_the_check_says(terry: Browser) -> None:
    page = terry.get("/studio/")
    row = page.one("//tr[.//a[.='Passwords']]")
    cells = ["".join(cell.itertext()).strip() for cell in row.xpath("./td")]
    assert cells == ["4 Cybersecurity", "1", "4.8 must", "2 warnings"]
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
        event.listen(Engine, "before_cursor_execute", listener)
        terry.get("/studio/")
        event.remove(Engine, "before_cursor_execute", listener)
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
