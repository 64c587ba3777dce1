"""The packet as its reader has it: every file of the ZIP read back."""

import hashlib
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from pdfua.validator import Validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Exemption, Organization, Person
from lms.accounts.permissions import Role
from lms.catalog import store
from lms.certificates import revoking
from lms.certificates.models import Certificate, CertificateDocument
from lms.core.language import LANGUAGES, Language
from lms.evidence.rules import Period
from lms.settings import ROOT
from lms.signing import jws, keys
from tests.conftest import on_both, on_both_in_time
from tests.evidence.world import (
    IN_AUTUMN,
    IN_SPRING,
    YEAR,
    World,
    attend,
    employ,
    files,
    make,
    manifest,
    sheet,
    text,
    world,
)
from tests.factories.library import SEALS_FILE, SUBSTANTIVE, republish
from tests.factories.people import make_organization, make_person
from tests.factories.quizzes import sit
from tests.factories.training import PASSWORDS, SEALS, complete


@pytest.fixture
def here(session: Session) -> World:
    return world(session)


@on_both
def test_it_holds_what_people_did_in_the_period(app: Flask, session: Session, here: World) -> None:
    attend(session, here.ana, IN_AUTUMN)
    found = files(make(session, app.extensions["settings"], here.company))
    plain = manifest(found)
    assert plain["company"]["number"] == here.company.number
    assert plain["period"] == {"since": "2026-01-01", "until": "2026-12-31"}
    assert plain["counts"] == {
        "people": 3, "completions": 3, "attempts": 6, "certificates": 3, "workshops": 1, "exemptions": 0,
    }  # fmt: skip
    done = sheet(found, "Completions")
    assert [(row["Name"], row["Completed"]) for row in done] == [
        ("Marisol Ejemplo", "2026-04-14"),
        ("Marisol Ejemplo", "2026-10-06"),
        ("=Ana Sample", "2026-10-06"),
    ]
    assert all(row["Text of the module"] in found for row in done)
    tries = [(row["Attempt"], row["Passed"]) for row in sheet(found, "Attempts") if row["Module"] == "Seals, shortly"]
    assert tries == [(1, "no"), (2, "yes")], "who learns in the tests fails once where there are several questions"
    people = {row["Name"]: row for row in sheet(found, "People")}
    assert people["Marisol Ejemplo"]["Employee number"] == "A-17"
    assert people["Marisol Ejemplo"]["First day"] == "2026-01-05"
    assert people["Robin Sample"]["Completions in the period"] == 0
    assert [row["Workshop"] for row in sheet(found, "Workshops")] == ["Seals at the dock"]
    held = sheet(found, "Certificates")
    for row in [*held, *sheet(found, "Workshops")]:
        assert found[row["File"]].startswith(b"%PDF-")
    assert all(row["Number"] in row["File"] for row in held)
    words = text(found["evidence.pdf"])
    for fact in ("Sample Freight Lines", here.company.number, "Marisol Ejemplo", "A-17", "2026-04-14", "Laredo, Texas"):
        assert fact in words
    assert "@" not in words, "no mail address"
    assert not any(b"@sample.example" in data for name, data in found.items() if not name.startswith("certificates/"))


def test_its_records_are_as_of_the_last_person_who_came(app: Flask, session: Session, here: World) -> None:
    def as_of() -> datetime:
        found = files(make(session, app.extensions["settings"], here.company))
        return datetime.fromisoformat(manifest(found)["as_of"])

    before = as_of()
    came = make_person(session, "Noor Sample", organization=here.company, created_at=before + timedelta(hours=1))
    employ(session, came, here.company, date(2026, 12, 31))
    assert as_of() == came.created_at


def test_the_pdf_follows_the_criteria_and_is_tagged(app: Flask, session: Session, here: World, tmp_path: Path) -> None:
    for language in LANGUAGES:
        pdf = files(make(session, app.extensions["settings"], here.company, language=language))["evidence.pdf"]
        file = tmp_path / f"{language}.pdf"
        file.write_bytes(pdf)
        report = Validator().validate(str(file))
        assert [str(f) for outcome in report.outcomes for f in outcome.findings] == []
        words = text(pdf)
        places = [words.rindex(f"{id_} ") for id_ in ("12.1", "12.2", "12.3", "12.4", "12.5", "12.6")]
        assert places == sorted(places) or language != "en"


def test_the_manifest_is_signed_by_our_key(app: Flask, session: Session, here: World) -> None:
    settings = app.extensions["settings"]
    found = files(make(session, settings, here.company))
    public = keys.public(settings.signing_key_file)
    assert jws.verify(found["manifest.jws"].decode(), public) == found["manifest.json"]
    assert b": " not in found["manifest.json"].replace(b"READ ME", b""), "canonical: no spaces"


IN_ANOTHER_PROCESS = """
import hashlib, sys
from dataclasses import replace
from lms.core.database import db
from lms.evidence import making, packet
from lms.evidence.making import Question
from lms.evidence.rules import Period
from lms.factory import create_app
from tests.conftest import settings_for
from datetime import date
from pathlib import Path
url, folder, keys, company = sys.argv[1:]
app = create_app(replace(settings_for(url, Path(folder)), signing_key_file=Path(keys)))
with app.app_context():
    asked = Question(int(company), Period(date(2026, 1, 1), date(2026, 12, 31)), "es", "a4")
    body = making.make(db.session, asked, app.extensions["settings"], lambda: None)
    print(hashlib.sha256(b"".join(packet.stream(db.session, body))).hexdigest())
"""


@on_both_in_time
def test_the_same_data_give_the_same_bytes_in_every_process(
    app: Flask, session: Session, here: World, tmp_path: Path
) -> None:
    settings = app.extensions["settings"]
    first = make(session, settings, here.company, language="es", paper="a4")
    assert make(session, settings, here.company, language="es", paper="a4") == first
    url = settings.database_url
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/Los_Angeles")):
        done = subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS, url, str(tmp_path), str(settings.signing_key_file), str(here.company.id)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        assert done.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_what_came_after_the_period_changes_nothing_in_it(app: Flask, session: Session, here: World) -> None:
    settings, spring = app.extensions["settings"], Period(date(2026, 1, 1), date(2026, 6, 30))
    before = files(make(session, settings, here.company, spring))
    complete(session, here.robin, PASSWORDS, at=IN_AUTUMN)
    assert files(make(session, settings, here.company, spring)) == before
    assert [row["Completed"] for row in sheet(before, "Completions")] == ["2026-04-14"]


def test_a_company_with_no_data_gets_a_packet_that_says_so(app: Flask, session: Session) -> None:
    company = make_organization(session, "Placeholder Freight", entities=())
    found = files(make(session, app.extensions["settings"], company))
    manifest(found)
    assert set(found) == {"READ ME.txt", "evidence.pdf", "manifest.json", "manifest.jws", "records.xlsx"}
    words = text(found["evidence.pdf"])
    for sentence in (
        "No entity type is on record.",
        "No module is required of anybody of the company, and none was taken in the period.",
        "Nobody was with the company in the period.",
        "No module was completed with the company in the period.",
        "No attendance of a workshop is on record for the period.",
        "No exemption was in force in the period.",
        "No refresher fell due",
        "No module is required and none was taken, so no quiz verified anything.",
    ):
        assert sentence in words
    for name in ("People", "Completions", "Attempts", "Certificates", "Exemptions", "Refreshers", "Workshops"):
        assert sheet(found, name) == []


@on_both
def test_who_moved_shows_only_what_was_done_with_the_company(app: Flask, session: Session, here: World) -> None:
    theirs = make_organization(session, "Placeholder Freight")
    settings = app.extensions["settings"]
    sit(session, here.marisol.id, PASSWORDS, {}, at=datetime(2026, 10, 20, 12, tzinfo=UTC))
    move(session, here.marisol, here.company, theirs, date(2026, 10, 20))
    complete(session, here.marisol, SEALS, at=IN_AUTUMN + timedelta(days=60))
    ours, others = (files(make(session, settings, company)) for company in (here.company, theirs))
    days = {row["Completed"] for row in sheet(ours, "Completions") if row["Name"] == "Marisol Ejemplo"}
    assert days == {"2026-04-14", "2026-10-06"}
    assert [row["Completed"] for row in sheet(others, "Completions")] == ["2026-12-05"]
    assert len(sheet(ours, "Attempts")) == 6, "an attempt of the day of the move is shown to neither company"
    assert {row["Submitted"] for row in sheet(others, "Attempts")} == {"2026-12-05"}
    (mine,) = (row for row in sheet(ours, "People") if row["Name"] == "Marisol Ejemplo")
    assert (mine["First day"], mine["Last day"]) == ("2026-01-05", "2026-10-20")
    assert not mine["Employee number"], "it is the new company's"
    assert not mine["Job functions"]
    numbers = [{row["Number"] for row in sheet(found, "Certificates")} for found in (ours, others)]
    assert numbers[0].isdisjoint(numbers[1])
    assert "Placeholder Freight" not in text(ours["evidence.pdf"])
    assert "A-17" not in text(ours["evidence.pdf"])


def move(session: Session, person: Person, old: Organization, new: Organization, day: date) -> None:
    employ(session, person, old, date(2026, 1, 5), day)
    person.organization = new
    employ(session, person, new, day)


def test_an_exemption_is_shown_with_reason_and_the_role_that_decided(app: Flask, session: Session, here: World) -> None:
    staff = make_person(session, "Casey Staff", role=Role.STAFF)
    for person, reason in ((here.ana.id, "Works in an office."), (None, "No seals are kept.")):
        session.add(
            Exemption(
                person_id=person,
                organization_id=None if person else here.company.id,
                module=SEALS,
                reason=reason,
                by_id=staff.id,
                created_at=IN_SPRING,
            )
        )
    session.commit()
    found = files(make(session, app.extensions["settings"], here.company))
    rows = sheet(found, "Exemptions")
    assert {(row["Name"], row["Reason"], row["Decided by"]) for row in rows} == {
        ("=Ana Sample", "Works in an office.", "Program staff"),
        ("Everybody", "No seals are kept.", "Program staff"),
    }
    words = text(found["evidence.pdf"])
    assert "Works in an office." in words
    assert "Casey" not in words


def test_a_change_of_content_and_an_end_of_validity_are_refreshers(app: Flask, session: Session, here: World) -> None:
    changed = datetime(2026, 11, 3, 15, tzinfo=UTC)
    republish(session, SUBSTANTIVE, at=changed)
    found = files(make(session, app.extensions["settings"], here.company, Period(date(2026, 5, 1), date(2027, 4, 14))))
    rows = [
        (row["Name"], row["Because"], row["On"], row["Learned once more"] or "") for row in sheet(found, "Refreshers")
    ]
    assert ("Marisol Ejemplo", "Content changed", "2026-11-03", "") in rows
    assert ("Marisol Ejemplo", "Validity ends", "2027-04-14", "") in rows
    assert "High-security seals are asked for now." in text(found["evidence.pdf"])


def test_a_revoked_certificate_is_listed_and_not_handed_out(app: Flask, session: Session, here: World) -> None:
    staff = make_person(session, role=Role.STAFF)
    number = session.scalars(select(Certificate.number).filter_by(person_id=here.ana.id)).one()
    revoking.revoke(session, number, reason="wrong person", note="A note.", by_id=staff.id, now=IN_AUTUMN)
    session.commit()
    found = files(make(session, app.extensions["settings"], here.company))
    (row,) = (row for row in sheet(found, "Certificates") if row["Number"] == number)
    assert (row["Standing"], row["File"] or "") == ("revoked", "")
    assert not any(number in name for name in found)


def test_the_text_taken_is_that_of_the_revision_without_the_quiz(app: Flask, session: Session, here: World) -> None:
    republish(session, ("## What a seal tells", "## What each seal tells"), at=IN_AUTUMN + timedelta(days=1))
    complete(session, here.ana, SEALS, at=IN_AUTUMN + timedelta(days=2))
    found = files(make(session, app.extensions["settings"], here.company))
    names = sorted(name for name in found if name.startswith("modules/06"))
    assert [re.sub(r"\d+\.md$", "N.md", name) for name in names] == ["modules/06-seal-security/seals.en.rN.md"] * 2
    former, newer = (found[name].decode() for name in names)
    assert "## What a seal tells" in former
    assert "## What each seal tells" in newer
    source = (store.file_content(session, 1, SEALS_FILE) or b"").decode()
    kept = source[: source.index("## Quiz")]
    assert former.startswith(kept)
    assert "`q: " not in former[len(kept) :]
    assert hashlib.sha256(source.encode()).hexdigest() in former


def test_certificates_are_drawn_once_and_stay_in_the_language_of_the_first(
    app: Flask, session: Session, here: World
) -> None:
    languages: tuple[Language, ...] = ("fr", "en")
    made = [files(make(session, app.extensions["settings"], here.company, YEAR, language)) for language in languages]
    pdfs = [{hashlib.sha256(d).hexdigest() for n, d in f.items() if n.startswith("certificates/")} for f in made]
    assert pdfs[0] == pdfs[1]
    assert set(session.scalars(select(CertificateDocument.language))) == {"fr"}
