"""The pages: hand in, look, say yes or no. Another company's roster is no page at all."""

import csv
from io import BytesIO, StringIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organization, Person
from lms.accounts.permissions import Role
from lms.core.jobs import Job
from lms.roster import columns, reading, rules, service, views
from lms.roster.models import RosterImport, RosterRow
from tests.factories.people import make_organization, make_person
from tests.pages import MISSING, Browser
from tests.roster.test_reading import packed
from tests.roster.world import ADDRESS, apply, as_csv, as_xlsx, company, hand_in, person, work


@pytest.fixture
def ours(session: Session) -> Organization:
    return company(session)[0]


@pytest.fixture
def robin(app: Flask, session: Session, ours: Organization) -> Browser:
    browser = Browser(app).sign_in(session.scalars(select(Person).where(Person.organization_id == ours.id)).one())
    session.rollback()
    return browser


def test_the_page_says_what_the_columns_are_and_what_comes_next(robin: Browser) -> None:
    page = robin.get("/company/")
    assert page.links()["Hand in a roster"] == ADDRESS
    page = robin.get(ADDRESS)
    assert page.h1 == "Hand in a roster"
    assert "Each roster will be here" in page.text
    for field in columns.FIELDS:
        assert page.find(f"//dt/code[text()='{field}']")
    assert page.find("//dt/code[text()='driver']")
    template = robin.client.get(page.links()["A file with these columns, to fill in"])
    assert template.data == b"\xef\xbb\xbf" + ",".join(columns.FIELDS).encode() + b"\r\n"
    assert reading.opened(template.data).columns.places.keys() == set(columns.FIELDS)


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"", "roster.csv", "This file is empty."),
        (b"%PDF-1.7", "roster.csv", "This is a PDF, not a table."),
        (packed(huge_csv=bytes(10_000_000)), "roster.csv", "This is a packed archive, not a table."),
        (packed(xl__workbook_xml=b"<x/>", huge=bytes(160_000_000)), "roster.xlsx", "larger than 150 MB"),
        (b"Ana,ana@x.example\n", "roster.csv", "The first row holds a person"),
        (b"size,colour\n1,red\n", "roster.csv", "No column of this file is known: size, colour."),
    ],
)
def test_a_file_that_is_no_roster_is_refused_at_once(
    robin: Browser, session: Session, body: bytes, name: str, sentence: str
) -> None:
    page = hand_in(robin, body, name, status=422)
    assert sentence in page.one("//*[@id='file-error']").text
    assert page.one("//section[@role='alert']//a").get("href") == "#file"
    assert not session.scalars(select(RosterImport)).all()


def test_without_a_file_and_with_one_that_is_too_large(robin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    page = robin.submit(robin.get(ADDRESS), ADDRESS, status=422)
    assert "Choose the file" in page.text
    monkeypatch.setattr(reading, "LARGEST", 3 * 1024 * 1024)
    assert "larger than 3 MB" in hand_in(robin, b"x" * 4 * 1024 * 1024, status=413).text
    monkeypatch.setattr(rules, "AT_ONCE", 10)
    body = as_csv("name,email", *("Ana Ejemplo" + " " * 300 + f",ana{n}@x.example" for n in range(9_000)))
    assert len(body) > 2 * 1024 * 1024, "more than other addresses take"
    assert hand_in(robin, body).h1 == "Your roster is being checked"


def test_rows_with_problems_come_first_and_can_be_left_out(robin: Browser, session: Session) -> None:
    body = as_csv(
        "name,email,hired,shoe size",
        "Zoë Über,zoe@x.example,2020-04-03,40",
        "Ana,ana@x.example,03/04/2020,41",
        "Ben,ben@x.example,,",
        "Ben,ben@x.example,,",
    )
    page = hand_in(robin, body, "people.csv")
    assert page.h1 == "3 rows need another look"
    assert "can be March 4, 2020 or April 3, 2020" in page.text
    assert page.text.count("The address ben@x.example stands in rows 4, 5.") == 2
    assert "shoe size" in page.text
    assert "zoe@x.example" not in page.text
    assert "zoe@x.example" in robin.get(page.links()["1 to add"]).text
    refused = robin.submit(page, f"{page.path}/apply")
    assert "Some rows have problems." in refused.html
    assert refused.h1 == page.h1
    page = apply(robin, page, leave_out="yes")
    assert page.h1 == "The roster is applied"
    assert "1 added. 3 rows left out." in page.text
    assert "ben@x.example" in page.text
    assert person(session, "zoe@x.example").name == "Zoë Über"
    assert not session.scalars(select(Person).where(Person.email == "ben@x.example")).all()
    listed = robin.get(ADDRESS)
    assert "1 added. 3 rows left out." in listed.text


def test_of_a_file_that_has_everybody_no_row_is_left_out(robin: Browser) -> None:
    page = hand_in(robin, as_csv("name,email", "Zoë,zoe@x.example", ",ben"), whole="yes")
    assert "no row can be left out" in page.text
    assert not page.find("//button[contains(@class, 'button-next')]")
    token = page.form(f"{page.path}/withdraw").values()
    answer = robin.client.post(f"{page.path}/apply", data=token | {"leave_out": "yes"}, follow_redirects=True)
    assert "Some rows have problems." in answer.text


def test_a_roster_is_withdrawn(robin: Browser, session: Session) -> None:
    page = hand_in(robin, as_csv("name,email", "Zoë,zoe@x.example"))
    listed = robin.submit(page, f"{page.path}/withdraw")
    assert "Nothing was changed." in listed.html
    assert "Withdrawn." in listed.text
    assert robin.get(page.path).h1 == "This roster was withdrawn"
    kept = session.scalars(select(RosterImport)).one()
    assert (kept.state, kept.body) == ("withdrawn", b"")
    assert not session.scalars(select(RosterRow)).all()
    assert "not waiting any more" in robin.submit(page, f"{page.path}/apply").html


def test_a_workbook_page_by_page(robin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "ROWS", 2)
    rows = [("Nombre", "Apellidos", "Correo", "Puesto")]
    rows += [("Ana", f"Muestra {n}", f"ana{n}@x.example", "Driver or yard worker") for n in range(5)]
    page = hand_in(robin, as_xlsx(*rows), "plantilla.xlsx")
    assert page.h1 == "This is what your roster will do"
    assert "Rows 1 to 2 of 5." in page.text
    last = robin.get(robin.get(page.links()["Next page"]).links()["Next page"])
    assert "Ana Muestra 4" in last.text
    assert "ana4@x.example" in last.text
    assert apply(robin, page).h1 == "The roster is applied"


def test_a_large_roster_is_checked_and_applied_in_the_background(
    app: Flask, robin: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    page = hand_in(robin, as_csv("name,email", *(f"Ana {n},ana{n}@x.example" for n in range(3))))
    assert page.h1 == "Your roster is being checked"
    assert page.one("//*[@hx-get]").get("hx-get") == page.path
    assert page.links()["Look again"] == page.path
    part = robin.client.get(page.path, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "HX-Refresh" not in part.headers
    assert work(app, service.CHECK) == 1
    assert robin.client.get(page.path, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = robin.get(page.path)
    assert page.h1 == "This is what your roster will do"
    page = apply(robin, page)
    assert page.h1 == "Your roster is being applied"
    assert work(app, service.APPLY) == 1
    assert robin.get(page.path).h1 == "The roster is applied"
    assert work(app, service.APPLY) == 0
    assert len(session.scalars(select(Person).where(Person.email.startswith("ana"))).all()) == 3


def test_a_large_file_that_breaks_off_is_refused_by_the_job(
    app: Flask, robin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    page = hand_in(robin, as_csv("name,email", *(f"Ana {n},ana{n}@x.example" for n in range(5)), '"Ben,ben@x.example'))
    assert work(app, service.CHECK) == 1
    page = robin.get(page.path)
    assert page.h1 == "This file cannot be read"
    assert "The quotation marks in row 7 do not fit" in page.text


def test_work_that_failed_is_told_and_tried_again(
    app: Flask, robin: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_: object, **__: object) -> None:
        raise MemoryError

    read = service.read
    monkeypatch.setattr(service, "read", stops)
    page = hand_in(robin, as_csv("name,email", "Zoë,zoe@x.example"))
    assert page.h1 == "Your roster is being checked"
    assert "It is tried again by itself." in page.text
    session.rollback()
    session.execute(Job.__table__.update().values(state="failed", tries=3))
    session.commit()
    failed = robin.get(page.path)
    assert "tell whoever runs this site" in failed.text
    monkeypatch.setattr(service, "read", read)
    robin.submit(failed, f"{page.path}/again")
    assert work(app, service.CHECK) == 1
    assert robin.get(page.path).h1 == "This is what your roster will do"
    assert "not waiting any more" in robin.submit(failed, f"{failed.path}/again").html


def test_our_own_export_comes_back_as_nothing_to_do(robin: Browser, session: Session, ours: Organization) -> None:
    for n, name in enumerate(("Marisol Ejemplo", "=cmd|' /C calc'!A0", "O’Neil, Zoë", "山田 太郎", "-Dash")):
        make_person(session, name, organization=ours, functions=("driver", "it")[: n % 3])
    body = robin.client.get("/company/roster.csv").data
    assert len(list(csv.reader(StringIO(body.decode())))) == 7
    page = hand_in(robin, body)
    assert page.h1 == "This roster changes nothing"
    assert "required" in page.text


def test_another_companys_roster_is_no_page(app: Flask, robin: Browser, session: Session) -> None:
    page = hand_in(robin, as_csv("name,email", "Zoë,zoe@x.example"))
    theirs = make_organization(session, "Placeholder Freight")
    rival = Browser(app).sign_in(make_person(session, "Kim Exemple", organization=theirs, role=Role.COORDINATOR))
    assert rival.get(page.path, status=404).h1 == MISSING
    token = rival.get(ADDRESS).form(ADDRESS).values()
    for what in ("apply", "withdraw", "again"):
        assert rival.client.post(f"{page.path}/{what}", data=token).status_code == 404
    assert "Zoë" not in rival.get(ADDRESS).html
    assert robin.get(page.path).h1 == page.h1


@pytest.mark.parametrize("language", ["es", "fr"])
def test_sentences_are_made_anew_for_each_reader(robin: Browser, language: str) -> None:
    page = hand_in(robin, as_csv("name,email,functions", "Zoë,zoe@x.example,pilot"))
    robin.client.get(f"/language/{language}?next=/")
    shown = robin.get(page.path)
    assert shown.one("/html").get("lang") == language
    assert "pilot" in shown.text


def test_names_of_files_are_kept_without_folders(robin: Browser, session: Session) -> None:
    data = robin.get(ADDRESS).form(ADDRESS).values()
    file = (BytesIO(b"email,name\na@x.example,A"), "C:\\people\\<b>roster</b>.csv")
    robin.client.post(ADDRESS, data=data | {"file": file})
    assert session.scalars(select(RosterImport.file_name)).one() in ("<b>roster</b>.csv", "b>.csv")
