"""What holds for every address of the API: tokens, problems, cookies, methods, ETags."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.api.addresses import ADDRESSES, BASE
from lms.api.models import ApiToken
from lms.certificates.throttle import FREE
from lms.reporting import counting
from lms.reporting.counting import BeingCounted
from tests.conftest import on_both
from tests.factories.people import make_organization, make_person
from tests.pages import Browser
from tests.reporting.histories import NOON

from .conftest import Ask

PATHS = [address.path.replace("<dimension>", "entity") for address in ADDRESSES]


@on_both
@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_json_and_sets_no_cookie(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("sent", ["", "msc_wrong", "x" * 5000])
def test_without_a_token_that_works_there_is_a_problem(ask: Ask, path: str, sent: str) -> None:
    answer = ask(path, token=sent)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.json is not None
    assert (answer.json["status"], answer.json["title"]) == (401, "Unauthorized")
    assert answer.json["detail"].endswith(".")
    assert "Set-Cookie" not in answer.headers


def test_a_session_is_no_token(app: Flask, pat: Person) -> None:
    assert Browser(app).sign_in(pat).client.get("/api/v1/figures").status_code == 401


def test_who_guesses_has_to_wait_and_nobody_else_does(ask: Ask) -> None:
    for _ in range(FREE):
        assert ask("/figures", token="msc_guess").status_code == 401
    answer = ask("/figures", token="msc_guess")
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert int(answer.headers["Retry-After"]) == 15 * 60
    assert ask("/figures").status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert ask("/figures", token="msc_guess").status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_changed(app: Flask, token: str, method: str, path: str) -> None:
    client = app.test_client(use_cookies=False)
    answer = getattr(client, method)(BASE + path, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/people", "/figures/", "/v2", "/../admin/"])
def test_what_is_not_there_is_a_problem(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json is not None
    assert "openapi.json" in answer.json["detail"]


def test_a_failure_of_ours_is_a_problem_too(app: Flask, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(counting, "counts", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    answer = ask("/figures")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "broken" not in answer.get_data(as_text=True)


def test_head_answers_like_get_without_the_body(app: Flask, token: str, ask: Ask) -> None:
    answer = app.test_client().head(f"{BASE}/figures", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == ask("/figures").headers["ETag"]


@on_both
@pytest.mark.usefixtures("program")
def test_an_etag_stands_until_the_figures_change(session: Session, ask: Ask) -> None:
    first = ask("/figures")
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        again = ask("/figures", If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert ask("/figures?entity=importers", If_None_Match=first.headers["ETag"]).status_code == 200
        make_person(session, organization=make_organization(session))
        changed = ask("/figures", If_None_Match=first.headers["ETag"])
        assert changed.status_code == 200
        assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_figures_that_are_being_counted(ask: Ask, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def not_yet(*_arguments: object, **_named: object) -> None:
        raise BeingCounted("key")

    monkeypatch.setattr(counting, "counts", not_yet)
    answer = ask(path)
    if path in ("/rows", "/criteria"):
        assert answer.status_code == 200, "is read, not counted"
        return
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "5")
    assert answer.json is not None
    assert answer.json["status"] == "being counted"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/figures?colour=red", 400, "takes no parameter “colour”"),
        ("/figures?status=overdue", 400, "takes no parameter “status”"),
        ("/figures?entity=importer", 400, "The filter entity has no value “importer”."),
        ("/figures?entity=importers&entity=exporters", 400, "Give the parameter entity once."),
        ("/figures?day=2018-12-21", 400, "“2018-12-21” is no day up to today."),
        ("/figures?day=yesterday", 400, "“yesterday” is no day up to today."),
        ("/figures/by/weather", 404, "There is no dimension “weather”."),
        ("/companies?limit=0", 400, "Give limit as a whole number from 1 to 1,000."),
        ("/companies?limit=1001", 400, "Give limit as a whole number"),
        ("/companies?after=x", 400, "Give after as a whole number"),
        ("/rows?after=x", 400, "Give after as the next of the page before."),
        ("/rows?day=2018-12-01", 400, "takes no parameter “day”"),
        ("/forecast?target=phase-9", 400, "There is no target “phase-9”."),
    ],
)
def test_what_means_nothing_is_refused(ask: Ask, path: str, status: int, said: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert said in answer.json["detail"]


def test_the_last_use_is_noted(session: Session, ask: Ask) -> None:
    used = select(ApiToken.used_on)
    assert session.scalar(used) is None
    for days in (0, 0, 1):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            assert ask("/figures").status_code == 200
        session.commit()
        assert session.scalar(used) == NOON.date() + timedelta(days=days)
