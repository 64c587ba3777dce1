"""HTTP as a browser speaks it, to a server that may die at any moment: cookies, a connection kept alive, the same request again."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from lxml import html

ANSWER_WITHIN = 8.0  # seconds: as long as the quiz's page waits before it sends again
AGAIN_AFTER = 0.05
GIVE_UP_AFTER = 60.0
TRY_LATER = (429, 500, 503)

Form = Mapping[str, str | Sequence[str]]


class NoAnswer(Exception):
    """The connection broke before the whole answer was there. Whether the request had an effect, nobody knows."""


class Unexpected(Exception):
    """The server answered in a way that a learner does not meet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`path` is where a redirect leads, "" for none."""

    status: int
    path: str
    text: str

    @property
    def page(self) -> Any:
        return html.document_fromstring(self.text)


@dataclass(slots=True)
class Wire:
    """One browser's cookies and its connection. `met` counts requests: answered, broken, late, and statuses of TRY_LATER."""

    port: int
    met: Counter[str] = field(default_factory=Counter)
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN)

    def connect(self) -> None:
        """Ahead of need, so that the next request goes out at once."""
        self._connection.connect()

    def close(self) -> None:
        self._connection.close()

    def send(self, path: str, form: Form | None = None, *, by_htmx: bool = False) -> None:
        """A request, on its way; a form is posted. Raises NoAnswer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if by_htmx:
            headers["HX-Request"] = "true"
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form, doseq=True)
        with self._counted():
            self._connection.request("GET" if form is None else "POST", path, body, headers)

    def receive(self) -> Answer:
        """The answer to what was sent. Raises NoAnswer."""
        with self._counted():
            response = self._connection.getresponse()
            text = response.read().decode()
        self.met["answered"] += 1
        if response.status in TRY_LATER:
            self.met[str(response.status)] += 1
        for cookie in response.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, urlsplit(response.headers.get("Location", "")).path, text)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except (OSError, HTTPException) as error:
            self.close()
            self.met["late" if isinstance(error, TimeoutError) else "broken"] += 1
            raise NoAnswer from error

    def ask(self, path: str, form: Form | None = None, *, by_htmx: bool = False) -> Answer:
        """One request, sent once. Raises NoAnswer."""
        self.send(path, form, by_htmx=by_htmx)
        return self.receive()

    def insist(self, path: str, form: Form | None = None, *, by_htmx: bool = False) -> Answer:
        """The same request again until the server answers it, as quiz.js and people do. Raises Unexpected after a minute."""
        until = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < until:
            with suppress(NoAnswer):
                answer = self.ask(path, form, by_htmx=by_htmx)
                if answer.status not in TRY_LATER:
                    return answer
            time.sleep(AGAIN_AFTER)
        raise Unexpected(f"{path} was not answered within {GIVE_UP_AFTER:.0f} s")

    def insist_twice(self, path: str, form: Form) -> Answer:
        """A double click: the same form on two connections at once; the answer to the one that is insisted on."""
        beside = Wire(self.port, self.met, self.cookies)
        with closing(beside):
            try:
                beside.send(path, form)
                answer = self.insist(path, form)
                beside.receive()
            except NoAnswer:
                answer = self.insist(path, form)
        return answer

    def page(self, path: str) -> Any:
        """A page. Raises Unexpected for anything else."""
        answer = self.insist(path)
        if answer.status != 200:
            raise Unexpected(f"{path} answered {answer.status} {answer.path}")
        return answer.page


def hidden(form: Any) -> dict[str, str]:
    """What a form carries without being asked: its token among others."""
    return {i.get("name"): i.get("value", "") for i in form.xpath(".//input[@type='hidden']")}


def form_to(page: Any, ending: str) -> Any:
    """The page's form whose address ends so. Raises Unexpected."""
    for form in page.xpath("//form"):
        if form.get("action", "").endswith(ending):
            return form
    raise Unexpected(f"the page {words(page.find('.//title'))!r} has no form to {ending}")


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def plain(markup: str) -> str:
    """The words of a piece of HTML, as `words` finds them on a page."""
    return words(html.fragment_fromstring(markup, create_parent=True))
