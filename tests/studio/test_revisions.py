"""What a revision says about itself."""

from tests.pages import Browser
from tests.studio.editor import BETTER, PATH, SEALS, TEXT, publish


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
