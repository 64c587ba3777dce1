"""The criteria catalog and what surrounds a module."""

import re

import pytest

from lms.catalog.shelf import Published
from tests.pages import MISSING, Browser, words


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
    assert browser.get(path, status=404).h1 == MISSING


def test_the_timeline_names_every_date(browser: Browser, shelf_now: Published) -> None:
    text = browser.get("/timeline/").text
    assert "January 1, 2020" in text
    for phase in shelf_now.library.framework.program.phases:
        assert str(phase.date.year) in text
    assert "Not an official CBP site." in browser.get("/").html


def test_the_coverage_of_an_entity_type_counts_what_its_links_show(browser: Browser) -> None:
    page = browser.get("/criteria/coverage?entity=importers")
    numbers = page.find("//table[contains(@class, 'coverage')]//td/a")
    assert numbers
    for number in numbers[:40]:
        path, _, anchor = number.get("href").partition("#")
        section = browser.get(path)
        heading = section.one(f"//*[@id='{anchor}']")
        listed = heading.getnext()
        kind = anchor.partition("-")[0]
        questions = re.findall(r", (\d+) question", words(listed))
        shown = len(listed.xpath(".//a")) if kind == "taught" else sum(map(int, questions))
        assert number.text == str(shown), number.get("href")
        assert f": {shown} " in words(heading)


def test_the_coverage_of_all_entity_types_leads_to_each(browser: Browser, shelf_now: Published) -> None:
    page = browser.get("/criteria/coverage")
    links = page.links()
    for entity in shelf_now.library.framework.entities.values():
        assert links[entity.name] == f"/criteria/coverage?entity={entity.slug}"
    assert len(browser.get("/criteria/coverage?entity=importers").find("//tbody/tr")) == int(
        words(page.one("//tr[th/a[.='U.S. Importers']]/td[1]"))
    )


def test_a_glossary_entry_leads_to_the_definition_in_its_module(browser: Browser) -> None:
    page = browser.get("/glossary/")
    entry = page.one("//*[@id='seal-log']")
    assert "The record of every seal" in words(entry)
    path, _, anchor = entry.xpath(".//dd//a/@href")[0].partition("#")
    section = browser.get(path)
    assert section.find(f"//*[@id='{anchor}']")
    assert section.one("//a[contains(@class, 'term')]").get("href") == "/glossary/#seal-log"


def test_a_module_names_its_sources_and_what_is_only_practice(browser: Browser) -> None:
    page = browser.get("/courses/seal-security/seals/")
    assert "Seen in another party's account" in page.text
    assert "Counting seals every month is common practice." in page.text
    assert "CBP booklet for your company's entity type" in page.text


def test_the_summary_card_is_a_page_of_its_own_and_no_section(browser: Browser) -> None:
    page = browser.get("/courses/seal-security/seals/")
    assert page.links()["Summary card, one page"] == "/courses/seal-security/seals/card"
    assert "Call first" in browser.get("/courses/seal-security/seals/card").text
    browser.get("/courses/seal-security/seals/summary-card/", status=404)
    browser.get("/courses/cybersecurity/passwords/card", status=404)
