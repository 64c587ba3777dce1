"""The main job by HTTP alone, on a served demonstration: sign in, read, be quizzed, download, be checked by a stranger."""

import csv
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import html5lib
import pytest

from lms.content.check import check
from lms.content.course import Module, Question
from lms.content.folder import read_folder
from lms.settings import ROOT
from tools.demo_site import DemoSite, demo_site

MODULE = "seal-security/seals-that-tell-the-truth"


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with demo_site(workers=2) as running:
        yield running


class Agent:
    """Cookies, links and forms; nothing else."""

    def __init__(self, site: DemoSite) -> None:
        self.site = site
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self.url = site.url

    def fetch(self, path: str, data: dict[str, Any] | None = None) -> bytes:
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        with self.opener.open(urllib.parse.urljoin(self.url, path), body, timeout=30) as response:
            self.url = response.url
            content: bytes = response.read()
        return content

    def page(self, path: str, data: dict[str, Any] | None = None) -> Any:
        return html5lib.parse(self.fetch(path, data), treebuilder="lxml", namespaceHTMLElements=False)

    def sign_in(self, email: str) -> None:
        page = self.page("/login")
        self.page("/login", {"email": email, "password": "ready-for-2020", "csrf_token": token(page)})
        assert "/login" not in self.url


def token(page: Any) -> str:
    return str(page.xpath("//input[@name='csrf_token']/@value")[0])


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def module() -> Module:
    library = check(read_folder(ROOT / "courses").files).library
    assert library is not None
    return library.modules[MODULE]


def plain(text: str) -> str:
    return " ".join(re.sub(r"[`*_]", "", text).split())


def right_answer(page: Any, question: Question) -> dict[str, Any]:
    """The fields that give the right answer, found by what the page shows."""
    form = page.xpath("//main//form[.//fieldset or .//input[@type='text']]")[0]
    if question.type in ("single", "multiple", "true-false"):
        right = {plain(o.text) for o in question.options if o.right}
        chosen = [
            i for i in form.xpath(".//input[@type='radio' or @type='checkbox']") if words(label_of(form, i)) in right
        ]
        return {chosen[0].get("name"): [i.get("value") for i in chosen]}
    if question.type in ("match", "order"):
        wanted = (
            {plain(p.left): plain(p.right) for p in question.pairs if p.left}
            if question.type == "match"
            else {plain(step): str(place) for place, step in enumerate(question.items, 1)}
        )
        fields = {}
        for select in form.xpath(".//select"):
            option = next(o for o in select.xpath("./option") if words(o) == wanted[words(label_of(form, select))])
            fields[select.get("name")] = option.get("value")
        return fields
    typed = (
        next(o.text for o in question.options if o.right)
        if question.type == "short"
        else next(r.low for r in question.ranges if r.right)
    )
    return {form.xpath(".//input[@type='text']/@name")[0]: typed}


def label_of(form: Any, field: Any) -> Any:
    return form.xpath(f".//label[@for='{field.get('id')}']")[0]


def test_the_main_job(site: DemoSite, tmp_path: Path) -> None:
    learner, lesson = Agent(site), module()
    learner.sign_in("learner@demo.example")
    for section in lesson.sections:
        learner.page(f"/courses/{MODULE}/{section.anchor}/")
    page = learner.page(f"/courses/{MODULE}/quiz")
    page = learner.page(f"/courses/{MODULE}/quiz", {"csrf_token": token(page)})
    questions = {plain(q.title): q for q in lesson.questions}
    while "/questions/" in learner.url:
        question = questions[words(page.xpath("//legend | //h2[ancestor::form]")[0])]
        page = learner.page(learner.url, {"csrf_token": token(page), **right_answer(page, question)})
    submit = page.xpath("//form[contains(@action, '/submit')]/@action")[0]
    fields = {i.get("name"): i.get("value") for i in page.xpath("//form[contains(@action, '/submit')]//input[@name]")}
    page = learner.page(submit, fields)
    assert words(page.xpath("//h1")[0]).startswith("You passed")

    page = learner.page("/certificates/")
    links = page.xpath("//a[contains(@href, '.pdf')]/@href")
    pdf = tmp_path / "certificate.pdf"
    found = ""
    for link in links:
        pdf.write_bytes(learner.fetch(link))
        found = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
        ).stdout
        if "Seal Security" in found:
            break
    number = link.rpartition("/")[2].removesuffix(".pdf")
    assert "Marisol Ejemplo" in found
    assert number in re.sub(r"\s", "", found)
    assert "days ahead of the enforcement date" in found

    stranger = Agent(site)
    assert words(stranger.page(f"/verify/{number}").xpath("//h1")[0]) == "This certificate is valid."
    assert site.flask("certificate", "verify", str(pdf)).returncode == 0
    pdf.write_bytes(pdf.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    assert site.flask("certificate", "verify", str(pdf)).returncode == 1


def test_staff_see_it_at_once_and_every_number_equals_its_rows(site: DemoSite) -> None:
    staff = Agent(site)
    staff.sign_in("staff@demo.example")
    page = staff.page("/program/?category=6")
    links = page.xpath("//main//table//a[contains(@href, '/program/rows')]")
    assert len(links) > 5
    for link in links[:12]:
        number = words(link).replace(",", "")
        if not number.isdigit():
            continue
        answer = staff.fetch(link.get("href").replace("/program/rows", "/program/rows.csv")).decode()
        rows = list(csv.DictReader(answer.splitlines()))
        column = len(link.xpath("ancestor::td/preceding-sibling::*"))
        if words(link.xpath("ancestor::table/thead/tr/th")[column]) == "People":  # the others count rows
            rows = list({row["email"]: row for row in rows}.values())
        assert int(number) == len(rows), link.get("href")


@pytest.mark.slow
def test_another_process_serves_a_new_revision_at_its_next_request(site: DemoSite) -> None:
    visitors = [Agent(site) for _ in range(6)]
    file = Path(site.environment["COURSES_DIR"]) / "06-seal-security" / "seals-that-tell-the-truth.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("title: Seals that tell the truth", "title: Seals that always tell the truth"), encoding="utf-8"
    )
    published = site.flask("publish", site.environment["COURSES_DIR"], "-m", "Another title")
    assert published.returncode == 0, published.stderr
    for visitor in visitors:
        assert words(visitor.page(f"/courses/{MODULE}/").xpath("//h1")[0]) == "Seals that always tell the truth"
    file.write_text(text.replace("- [x]", "- [ ]"), encoding="utf-8")
    assert site.flask("publish", site.environment["COURSES_DIR"], "-m", "Broken").returncode == 1
    assert words(visitors[0].page(f"/courses/{MODULE}/").xpath("//h1")[0]) == "Seals that always tell the truth"
    again = site.flask("demo")
    assert again.returncode == 0
    assert "The published revision stays up" in again.stdout
    file.write_text(text, encoding="utf-8")


def test_demo_accounts_are_never_served_to_others(site: DemoSite) -> None:
    environment = dict(site.environment) | {"BIND": "0.0.0.0:0"}
    refused = subprocess.run(
        [sys.executable, "-m", "gunicorn", "app:app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode != 0
    assert "demo accounts with a known password" in refused.stderr + refused.stdout


@pytest.mark.slow
def test_the_demonstration_is_safe_to_make_again(site: DemoSite) -> None:
    before = site.flask("stats", "--format", "json").stdout
    again = site.flask("demo")
    assert (again.returncode, site.flask("stats", "--format", "json").stdout) == (0, before)


@pytest.mark.slow
def test_connections_that_say_nothing_hold_nobody_up(site: DemoSite) -> None:
    """Browsers open some ahead of need; each would hold a synchronous worker until it is killed."""
    port = urllib.parse.urlsplit(site.url).port or 0
    with ExitStack() as silent:
        for _ in range(12):
            silent.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert Agent(site).fetch("/healthz") == b'{"status":"alive"}\n'


def test_health(site: DemoSite) -> None:
    visitor = Agent(site)
    assert visitor.fetch("/healthz") == b'{"status":"alive"}\n'
    assert visitor.fetch("/readyz") == b'{"status":"ready"}\n'
    with pytest.raises(urllib.error.HTTPError, match="404"):
        visitor.fetch("/nowhere")
