"""The criteria catalog and what surrounds a module."""

import pytest

from lms.catalog.shelf import Published
from tests.pages import Browser


def test_every_criterion_has_a_page_that_says_it_is_a_paraphrase(browser: Browser, shelf_now: Published) -> None:
    for criterion in shelf_now.library.framework.criteria.values():
        page = browser.get(f"/criteria/{criterion.id}")
        assert page.h1 == f"{criterion.id} {criterion.title}"
        assert "in our paraphrase" in page.text
        assert all(link.startswith(("https://", "http://", "/", "#")) for link in page.links().values())


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("level=should", "7.5", "6.1"),
        ("category=6", "6.1", "7.5"),
        ("entity=sea-carriers", "7.35", "12.5"),
        ("entity=customs-brokers", "12.5", "7.35"),
        ("q=lighting", "9.6", "6.1"),
        ("entity=nobody&level=perhaps&category=99", "6.1", "no such id"),
    ],
)
def test_filters(browser: Browser, query: str, there: str, absent: str) -> None:
    page = browser.get(f"/criteria/?{query}")
    ids = [e.get("id") for e in page.find("//li[@id]")]
    assert f"c{there}" in ids
    assert f"c{absent}" not in ids
    assert page.h1.startswith(f"{len(ids)} criteri")


def test_4_2_comes_before_4_10(browser: Browser) -> None:
    ids = [e.get("id") for e in browser.get("/criteria/?category=4").find("//li[@id]")]
    assert ids == [f"c4.{n}" for n in range(1, 14)]


def test_nothing_found_says_what_to_do(browser: Browser) -> None:
    assert "Take one filter away" in browser.get("/criteria/?q=zeppelin").text


def test_a_criterion_links_to_the_very_paragraph_and_the_quiz(browser: Browser) -> None:
    page = browser.get("/criteria/6.1")
    address = page.links()["Seals, shortly: What a seal tells"]
    path, _, anchor = address.partition("#")
    assert browser.get(path).find(f"//*[@id='{anchor}']")
    assert page.links()["Quiz of Seals, shortly"] == "/courses/seal-security/seals/quiz"


def test_a_picture_is_served_so_that_it_cannot_act(browser: Browser) -> None:
    image = browser.get("/courses/conveyance-and-iit-security/walk/where-to-look/").one("//figure//img")
    response = browser.client.get(image.get("src"))
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/courses/conveyance-and-iit-security/images/none.svg", "/courses/x/images/walk.svg", "/criteria/99.1"]
)
def test_what_is_not_there_is_missing(browser: Browser, path: str) -> None:
    browser.get(path, status=404)


def test_the_timeline_names_every_date(browser: Browser, shelf_now: Published) -> None:
    text = browser.get("/timeline").text
    assert "January 1, 2020" in text
    for phase in shelf_now.library.framework.program.phases:
        assert str(phase.date.year) in text
    assert "Not an official CBP site." in browser.get("/").html
