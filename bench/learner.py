"""Somebody who is quizzed over real HTTP, and writes down what was sent and what the server acknowledged."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from lms.content.course import Module, Question
from lms.demo import right_response

from .ledger import Run, Sent
from .wire import TRY_LATER, NoAnswer, Unexpected, Wire, form_to, hidden, plain, words

PASSWORD = "five-words-that-belong-nowhere"
ATTEMPT = re.compile(r"/attempts/([^/]+)")

# How often people do what.
INTEND_TO_PASS = 0.6
CHANGE_AT_ONCE = 0.3
GO_BACK = 0.25
WITHOUT_SCRIPT = 0.25
CLOSE_THE_PAGE = 0.1  # after a request, whatever became of it
CLICK_TWICE = 0.25
NEVER_SUBMIT = 0.1
SIGN_IN_AGAIN = 0.15


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in with PASSWORD."""

    id: int
    email: str


@dataclass(slots=True)
class Learner:
    """One person at one browser. `over` is looked at between requests; whatever was begun is brought to its end."""

    port: int
    account: Account
    modules: Mapping[str, Module]
    rng: random.Random
    over: Event
    met: Counter[str] = field(default_factory=Counter)
    runs: list[Run] = field(default_factory=list)
    _wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        self._wire = Wire(self.port, self.met)

    def learn(self) -> None:
        """Quiz after quiz, each a second time when it was not passed, until it is over."""
        try:
            self._sign_in()
            for key in self.rng.sample(sorted(self.modules), len(self.modules)):
                self._twice(self.modules[key])
        finally:
            self._wire.close()

    def _twice(self, module: Module) -> None:
        for _attempt in range(2):
            if self.over.is_set():
                return
            if self._sometimes(SIGN_IN_AGAIN):
                self._sign_in()
            if self._quiz(module):
                return

    def _sometimes(self, share: float) -> bool:
        return self.rng.random() < share

    def _sign_in(self) -> None:
        """At a browser that knows nothing of the person."""
        self._wire.close()
        self._wire = Wire(self.port, self.met)
        form = form_to(self._wire.page("/login"), "/login")
        answer = self._wire.insist("/login", {**hidden(form), "email": self.account.email, "password": PASSWORD})
        if answer.status != 302:
            raise Unexpected(f"signing in answered {answer.status}")

    def _quiz(self, module: Module) -> bool:
        """Start, answer and submit. Whether to leave the module at that: passed, left open, or nothing to ask."""
        address = f"/courses/{module.key}/quiz"
        token = hidden(form_to(self._wire.page(address), "/quiz"))
        found = ATTEMPT.match(self._post(address, token))
        if not found:
            return True
        run = Run(self.account.id, module.key, found[1])
        self.runs.append(run)
        asked = {plain(q.title): q for pool in module.pools for q in pool.questions}
        to_pass = self._sometimes(INTEND_TO_PASS)
        numbers = self._answer(run, asked, 1, to_pass=to_pass)
        for number in range(2, numbers + 1):
            if not self.over.is_set():
                self._answer(run, asked, number, to_pass=to_pass)
        for number in range(1, numbers + 1):
            if self._sometimes(GO_BACK) and not self.over.is_set():
                self._answer(run, asked, number, to_pass=to_pass)
        if self.over.is_set() or self._sometimes(NEVER_SUBMIT):
            return True
        return self._submit(run)

    def _answer(self, run: Run, asked: Mapping[str, Question], number: int, *, to_pass: bool) -> int:
        """Answer the question at this place of the paper, perhaps something else first; how many questions there are."""
        address = f"/attempts/{run.public_id}/questions/{number}"
        page = self._wire.page(address)
        form = form_to(page, address)
        question = asked[words(form.find(".//legend"))]
        responses = [right_response(question) if to_pass else some_response(question, self.rng)]
        if self._sometimes(CHANGE_AT_ONCE):
            responses.insert(0, some_response(question, self.rng))
        for response in responses:
            self._save(run, question, address, hidden(form) | fields(form, question, response), response)
        return max(int(n) for n in re.findall(rf"/attempts/{run.public_id}/questions/(\d+)", " ".join(hrefs(page))))

    def _save(self, run: Run, question: Question, address: str, form: Any, response: list[Any]) -> None:
        sent = Sent(response)
        run.answers.setdefault(question.id, []).append(sent)
        script = not self._sometimes(WITHOUT_SCRIPT)
        if self._sometimes(CLOSE_THE_PAGE):
            try:
                answer = self._wire.ask(address, form, by_htmx=script)
            except NoAnswer:
                return
            if answer.status in TRY_LATER:
                return
        else:
            answer = self._wire.insist(address, form, by_htmx=script)
        if not (answer.status == 200 and "Saved at" in answer.text if script else answer.status == 303):
            raise Unexpected(f"{address} answered {answer.status}: {answer.text[:200]}")
        sent.acknowledged = True

    def _submit(self, run: Run) -> bool:
        """Whether the attempt is passed."""
        overview = f"/attempts/{run.public_id}"
        form = hidden(form_to(self._wire.page(overview), "/submit")) | {"acknowledged": "y"}
        run.submitted = "sent"
        if (led := self._post(f"{overview}/submit", form)) != overview:
            raise Unexpected(f"submitting {run.public_id} led to {led}")
        run.submitted = "acknowledged"
        return words(self._wire.page(overview).find(".//h1")).startswith("You passed")

    def _post(self, address: str, form: Mapping[str, str]) -> str:
        """Press a button, perhaps twice; where the answer leads."""
        press = self._wire.insist_twice if self._sometimes(CLICK_TWICE) else self._wire.insist
        answer = press(address, form)
        if answer.status != 303:
            raise Unexpected(f"{address} answered {answer.status}: {answer.text[:200]}")
        return answer.path


def hrefs(page: Any) -> list[str]:
    return [str(found) for found in page.xpath("//a/@href")]


def some_response(question: Question, rng: random.Random) -> list[Any]:
    """A complete answer in the question's own terms (see assessment.rules), right or not."""
    match question.type:
        case "multiple":
            options = range(len(question.options))
            return sorted(rng.sample(options, rng.randint(1, len(options))))
        case "match":
            rows = range(len(question.pairs))
            return [rng.choice(rows) for pair in question.pairs if pair.left]
        case "order":
            return rng.sample(range(len(question.items)), len(question.items))
        case "short":
            return [f"word {rng.randrange(1000)}"]
        case "number":
            return [str(rng.randrange(1000))]
        case _:
            return [rng.randrange(len(question.options))]


def fields(form: Any, question: Question, response: list[Any]) -> dict[str, list[str]]:
    """The fields that give this response, found by the words on the page: what people see is what they answer."""
    match question.type:
        case "single" | "multiple" | "true-false":
            chosen = {plain(question.options[index].html) for index in response}
            inputs = form.xpath(".//input[@type='radio' or @type='checkbox']")
            return {inputs[0].get("name"): [i.get("value") for i in inputs if words(_label(form, i)) in chosen]}
        case "match":
            lefts = [plain(pair.left) for pair in question.pairs if pair.left]
            wanted = {left: plain(question.pairs[row].right) for left, row in zip(lefts, response, strict=True)}
        case "order":
            steps = zip(question.items, response, strict=True)
            wanted = {plain(step): str(place + 1) for step, place in steps}
        case _:
            return {form.xpath(".//input[@type='text']/@name")[0]: response}
    return {
        select.get("name"): [o.get("value") for o in select if words(o) == wanted[words(_label(form, select))]]
        for select in form.iter("select")
    }


def _label(form: Any, field: Any) -> Any:
    return form.xpath(f".//label[@for='{field.get('id')}']")[0]
