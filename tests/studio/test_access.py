"""Who may come into the studio, and what it does not do for anybody."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.permissions import Role
from tests.factories.people import make_person
from tests.pages import Browser
from tests.studio.editor import BETTER, PATH, SEALS, newest


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/studio/"),
        ("GET", "/studio/new"),
        ("POST", "/studio/new"),
        ("GET", SEALS),
        ("POST", SEALS),
        ("POST", f"{SEALS}preview"),
        ("GET", f"{SEALS}items"),
        ("GET", "/studio/items"),
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
