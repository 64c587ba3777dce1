"""A page client that inspects every page it opens: valid HTML, one h1, a title that begins with it, unique ids, whole forms."""

import re
from dataclasses import dataclass
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from lms.accounts.identity import as_signed_in
from lms.accounts.models import Person

SPACE = re.compile(r"\s+")
# The parser's complaints that are no mistakes of a page.
HARMLESS = {"non-void-element-with-trailing-solidus"}


# What stands above a page that does not exist, is somebody else's, or is not for this role.
MISSING, REFUSED = "There is no page at this address.", "This page is not yours to open."


class Page:
    """A response, parsed. `path` is where redirects led."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.path = response.request.path
        self.html = response.get_data(as_text=True)
        self._parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
        self.tree: Any = self._parser.parse(self.html)

    def find(self, xpath: str) -> list[Any]:
        found: list[Any] = self.tree.xpath(xpath)
        return found

    def one(self, xpath: str) -> Any:
        found = self.find(xpath)
        assert len(found) == 1, f"{len(found)} elements at {xpath} of {self.path}"
        return found[0]

    @property
    def text(self) -> str:
        """The words of main, spaces made one."""
        return words(self.one("//main"))

    @property
    def h1(self) -> str:
        return words(self.one("//h1"))

    def links(self) -> dict[str, str]:
        """Words -> address of every link."""
        return {words(a) or a.get("aria-label", ""): a.get("href") for a in self.find("//a[@href]")}

    def form(self, action: str | None = None) -> "Form":
        """The form with this action, or the only form of main that posts."""
        path = (
            f"//form[@action={action!r}]"
            if action is not None
            else "//main//form[translate(@method,'POST','post')='post']"
        )
        return Form(self.one(path))

    def inspect(self) -> None:
        """Fail when the page is not whole."""
        problems = [code for _, code, _ in self._parser.errors if code not in HARMLESS]
        assert not problems, f"{self.path} is no valid HTML: {problems[:5]}"
        h1 = self.h1
        title = words(self.one("//title"))
        assert title.startswith(h1.rstrip(".")), f"title {title!r} of {self.path} does not begin with its h1 {h1!r}"
        assert title.endswith("| MSC Ready"), title
        ids = [e.get("id") for e in self.find("//*[@id]")]
        twice = {i for i in ids if ids.count(i) > 1}
        assert not twice, f"ids used twice on {self.path}: {twice}"
        assert not self.find("//@style"), f"{self.path} has a style attribute"
        assert not self.find("//style"), f"{self.path} has a style element"
        assert not self.find("//script[not(@src)]"), f"{self.path} has an inline script"
        handlers = [a for a in self.find("//@*") if a.attrname.startswith("on")]
        assert not handlers, f"{self.path} has inline handlers"
        for form in self.find("//form"):
            assert form.get("action") is not None, f"a form of {self.path} has no action"
            if form.get("method", "get").lower() == "post":
                assert form.xpath(".//input[@name='csrf_token']"), f"a form of {self.path} has no CSRF token"
        self._inspect_names(ids)

    def _inspect_names(self, ids: list[str]) -> None:
        for field in self.find("//input[not(@type='hidden')] | //select | //textarea"):
            labelled = (
                field.get("aria-label")
                or field.get("aria-labelledby")
                or self.find(f"//label[@for='{field.get('id')}']")
            )
            assert labelled, f"a field of {self.path} has no label: {etree.tostring(field)[:200]!r}"
        for image in self.find("//img"):
            assert image.get("alt") is not None, f"an image of {self.path} has no alternative text"
        for attribute in ("aria-labelledby", "aria-describedby"):
            for value in self.find(f"//@{attribute}"):
                missing = set(value.split()) - set(ids)
                assert not missing, f"{attribute} of {self.path} names what is not there: {missing}"


@dataclass(frozen=True)
class Form:
    """A form as a browser sends it."""

    element: Any

    @property
    def action(self) -> str:
        return str(self.element.get("action"))

    def values(self) -> dict[str, Any]:
        """The fields as they stand: checked boxes, selected options, typed text."""
        fields: dict[str, Any] = {}
        for field in self.element.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            name, kind = field.get("name"), field.get("type", "")
            if field.tag == "select":
                chosen = field.xpath(".//option[@selected]/@value") or field.xpath("(.//option)[1]/@value")
                fields[name] = str(chosen[0]) if chosen else ""
            elif field.tag == "textarea":
                fields[name] = field.text or ""
            elif kind in ("radio", "checkbox"):
                if field.get("checked") is not None:
                    fields.setdefault(name, []).append(field.get("value", "on"))
            elif kind == "hidden" and name in fields:
                before = fields[name] if isinstance(fields[name], list) else [fields[name]]
                fields[name] = [*before, field.get("value", "")]
            elif kind not in ("submit", "file"):
                fields[name] = field.get("value", "")
        return fields


class Client(FlaskClient):
    """A client whose every request has an app context of its own, as on a server, even while a test holds one open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Browser:
    """A visitor or a signed-in person. `get` and `submit` follow redirects and inspect the page that comes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def sign_in(self, person: Person) -> "Browser":
        """Give this browser the person's session, without the form."""
        with self.client.session_transaction() as session:
            session["_user_id"] = as_signed_in(person).get_id()
            session["_fresh"] = True
        return self

    def get(self, path: str, *, status: int = 200) -> Page:
        response = self.client.get(path, follow_redirects=True)
        return self._page(response, status)

    def submit(self, page: Page, action: str | None = None, *, status: int = 200, **changes: Any) -> Page:
        """Send a form of the page with these changes."""
        form = page.form(action)
        data = form.values() | changes
        response = self.client.post(form.action or page.path, data=data, follow_redirects=True)
        return self._page(response, status)

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, f"{response.request.path} answered {response.status_code}, not {status}"
        page = Page(response)
        if response.mimetype == "text/html" and response.status_code != 500:
            page.inspect()
        return page


def words(element: Any) -> str:
    return SPACE.sub(" ", "".join(element.itertext())).strip()
