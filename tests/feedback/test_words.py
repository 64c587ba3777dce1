"""No sentence of the members' pages stays behind in English."""

from datetime import timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from lms.core.clock import now, program_day
from lms.feedback.models import CommentPeriod, Disposition
from tests.factories.people import make_organization, make_person
from tests.feedback.said import make_period, say
from tests.feedback.test_workbook_pages import CARRIERS, filled
from tests.pages import Browser, Page
from tests.site.test_wrapped_words import authored, brackets, left_in_english, reader, unmarked

__all__ = ["authored", "brackets", "reader"]

TYPED = ("Ein Wort", "draft text", "workbook")


def test_pages_about_comment_periods(session: Session, reader: Browser, authored: tuple[str, ...]) -> None:
    day = program_day(now())
    assert not unmarked(reader, authored, "/feedback/")
    make_period(session, day - timedelta(days=9), day - timedelta(days=2))
    assert not unmarked(reader, authored, "/feedback/")
    make_period(session, day + timedelta(days=9), day + timedelta(days=29))
    assert not unmarked(reader, authored, "/feedback/")
    make_period(session, day, day + timedelta(days=5))
    assert not unmarked(reader, authored, "/feedback/", "/criteria/6.2")


def test_pages_of_ones_own_comments(session: Session, reader: Browser) -> None:
    day = program_day(now())
    period = make_period(session, day - timedelta(days=9), day + timedelta(days=9))
    person = make_person(session, organization=make_organization(session))
    reader.sign_in(person)
    pages = {
        state: say(session, period, f"{state} text", person=person, state=state)
        for state in ("draft", "sent", "withdrawn")
    }
    answered = say(session, period, "answered text", person=person)
    session.add(Disposition(comment_id=answered.id, outcome="explained", text="So it is.", by_id=person.id, at=now()))
    session.commit()
    paths = [f"/feedback/comments/{comment.public_id}" for comment in (*pages.values(), answered)]
    shown = [f"/feedback/?show={stands}" for stands in ("draft", "sent", "answered", "withdrawn")]
    session.rollback()
    assert not unmarked(reader, TYPED, "/feedback/new", "/feedback/new?criterion=6.2", *paths, *shown)
    form = reader.get(paths[0])
    wrong = reader.submit(form, paths[0], criterion="", text="", do="send", status=422)
    assert not left_in_english(wrong, *TYPED)
    clash = reader.submit(form, paths[0], text="Ein Wort", do="save", status=409)
    assert not left_in_english(clash, *TYPED)
    data = form.form(paths[0]).values() | {"text": "Ein Wort"}
    for version in ("0", "1"):
        told = reader.client.post(paths[0], data=data | {"version": version}, headers={"X-Typed": "1"})
        assert not left_in_english(Page(told), *TYPED)
    late = reader.client.post(paths[0], data={"text": "Ein Wort"})
    assert not left_in_english(Page(late), *TYPED)
    session.get_one(CommentPeriod, period.id).ends_on = day - timedelta(days=1)
    session.commit()
    assert not unmarked(reader, TYPED, paths[0], "/feedback/workbook")


def test_pages_of_a_workbook(session: Session, reader: Browser) -> None:
    day = program_day(now())
    make_period(session, day - timedelta(days=9), day + timedelta(days=9))
    reader.sign_in(make_person(session, organization=make_organization(session, entities=(CARRIERS,))))
    assert not unmarked(reader, TYPED, "/feedback/workbook")
    body = filled(reader, {"6.1": ("", "Ein Wort"), "6.2": ("wording", "Ein Wort"), "6.5": ("nix", "Ein Wort")})
    page = reader.submit(reader.get("/feedback/workbook"), "/feedback/workbook", file=(BytesIO(body), "workbook.xlsx"))
    assert not left_in_english(page, *TYPED, "nix")
    sent = reader.submit(page, "/feedback/workbook/send")
    assert not left_in_english(sent, *TYPED)
    bad = reader.submit(
        reader.get("/feedback/workbook"), "/feedback/workbook", file=(BytesIO(b"%PDF"), "w.xlsx"), status=422
    )
    assert not left_in_english(bad, *TYPED)
