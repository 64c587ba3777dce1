"""While a quiz is open, no address gives its answers away: every page that a learner can reach is read (promise 5)."""

import re
from urllib.parse import urldefrag, urlsplit

import pytest
from lxml import html as lxml_html
from sqlalchemy.orm import Session

from lms.catalog.shelf import published
from lms.content.course import Module
from lms.content.grammar.text import plain
from tests.factories.people import make_organization, make_person
from tests.factories.training import SEALS, WALK, begin_attempt, complete
from tests.pages import Browser

MOST = 400
# Each is drawn of the criteria alone, in some seconds: one stands for all thirteen.
OTHER_WORKBOOKS = re.compile(r"/workbooks/(?!importers\.)[a-z-]+\.(pdf|xlsx)")


def told_after_submission(module: Module) -> set[str]:
    """Every Why and every feedback of the quiz: what only the result may say. Hints are the author's own help."""
    texts = set()
    for question in module.questions:
        texts.add(plain(question.why))
        texts |= {plain(option.feedback) for option in question.options}
        texts |= {plain(one.feedback) for one in question.ranges}
    return {text for text in texts if len(text) > 8}


def reachable(browser: Browser) -> dict[str, str]:
    """Address -> everything answered there, headers included, of all that links, forms that read and sources lead to."""
    waiting, seen = ["/"], {}
    while waiting and len(seen) < MOST:
        address = waiting.pop()
        if address in seen:
            continue
        response = browser.client.get(address)
        body = response.get_data(as_text=True) if response.mimetype.startswith(("text/", "application/json")) else ""
        seen[address] = f"{response.headers}\n{body}"
        if response.status_code in (301, 302, 303):
            waiting.append(response.headers["Location"])
        if response.mimetype == "text/html" and body:
            tree = lxml_html.fromstring(body)
            found = [
                *tree.xpath("//@href | //@src | //@hx-get"),
                *tree.xpath("//form[not(@method) or @method='get']/@action"),
            ]
            waiting += [urldefrag(a)[0] for a in found if _ours(a)]
    assert len(seen) < MOST, "the crawl found no end"
    return seen


def _ours(address: str) -> bool:
    path = urlsplit(address)
    return (
        not path.netloc
        and path.path.startswith("/")
        and not path.path.startswith(("/static/", "/logout", "/language/"))
        and not OTHER_WORKBOOKS.fullmatch(path.path)
    )


@pytest.mark.parametrize("before", ["nothing", "a pass"])
def test_nothing_a_learner_reaches_tells_the_answers_of_an_open_attempt(
    browser: Browser, session: Session, before: str
) -> None:
    driver = make_person(session, organization=make_organization(session), functions=["driver", "loader"])
    session.commit()
    if before == "a pass":
        complete(session, driver, SEALS, WALK)
    attempts = [begin_attempt(session, driver, module) for module in (SEALS, WALK)]
    library = published(session).library
    secrets = {text for key in (SEALS, WALK) for text in told_after_submission(library.modules[key])}
    assert len(secrets) > 10
    pages = reachable(browser.sign_in(driver))
    assert {f"/attempts/{a}/questions/1" for a in attempts} <= pages.keys()
    told = {
        (address, secret)
        for address, body in pages.items()
        for secret in secrets
        if secret in plain(body) or secret in body
    }
    assert told == set()


def test_the_crawl_would_notice(browser: Browser, session: Session) -> None:
    """Without an open attempt, the result of a pass tells what the test above looks for."""
    driver = make_person(session, organization=make_organization(session), functions=["driver", "loader"])
    session.commit()
    complete(session, driver, SEALS)
    secrets = told_after_submission(published(session).library.modules[SEALS])
    pages = reachable(browser.sign_in(driver))
    assert any(secret in plain(body) for body in pages.values() for secret in secrets)
