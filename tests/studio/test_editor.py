"""The editor: text, problems and preview beside each other, with and without script."""

from sqlalchemy.orm import Session

from tests.pages import MISSING, Browser
from tests.studio.editor import BETTER, BROKEN, LEARNED, SEALS, TEXT, newest, press, said, typed


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
        assert terry.get(path, status=404).h1 == MISSING
