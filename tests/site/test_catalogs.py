"""The catalogs hold every message of code, templates and reference files, translated, with the same placeholders."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog, Message

from lms.catalog.shelf import Published
from lms.core import language
from tools.messages import DOMAINS, OTHERS, kept

PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
EVERY = pytest.mark.parametrize(("code", "domain"), [(code, domain) for code in OTHERS for domain in DOMAINS])


def texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())  # type: ignore[arg-type]


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


@pytest.fixture(scope="module")
def said() -> dict[str, Catalog]:
    return {domain: extract() for domain, extract in DOMAINS.items()}


@EVERY
def test_nothing_is_missing_and_nothing_is_left_over(said: dict[str, Catalog], code: str, domain: str) -> None:
    """`make messages` mends both."""
    here, there = ({(m.context, texts(m.id)) for m in messages(c)} for c in (said[domain], kept(code, domain)))
    assert not here - there, "not in the catalog: type make messages, then translate"
    assert not there - here, "no longer said: type make messages"


@EVERY
def test_every_message_is_translated(code: str, domain: str) -> None:
    empty = [m.id for m in messages(kept(code, domain)) if not texts(m.string) or not all(texts(m.string))]
    assert not empty
    assert not [m.id for m in messages(kept(code, domain)) if m.fuzzy]


@EVERY
def test_placeholders_are_those_of_the_english_message(code: str, domain: str) -> None:
    for message in messages(kept(code, domain)):
        english, others = texts(message.id), texts(message.string)
        if domain == "reference":
            assert not any(PLACEHOLDER.search(text) for text in others), message.id
            continue
        for place, translation in enumerate(others):
            wanted = sorted(PLACEHOLDER.findall(english[min(place, len(english) - 1)]))
            assert sorted(PLACEHOLDER.findall(translation)) == wanted, message.id
            assert "%" not in PLACEHOLDER.sub("", translation), message.id


class Marks(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)


@EVERY
def test_markup_is_that_of_the_english_message(code: str, domain: str) -> None:
    for message in messages(kept(code, domain)):
        wanted = sorted(map(str, Marks(texts(message.id)[-1]).found))
        for translation in texts(message.string):
            assert sorted(map(str, Marks(translation).found)) == wanted, message.id


def test_what_the_site_reads_of_the_reference_files_is_what_the_catalogs_hold(shelf_now: Published) -> None:
    framework = shelf_now.library.framework
    held = {text for message in messages(kept("es", "reference")) for text in texts(message.id)}
    for criterion in framework.criteria.values():
        shown = (criterion.title, criterion.summary, criterion.frequency, criterion.evidence, criterion.level_notes)
        assert {text for text in shown if text} <= held, criterion.id
    for one in framework.categories.values():
        assert {one.name, one.short_name, one.purpose} <= held, one.slug
    assert {e.name for e in framework.entities.values()} | {e.one for e in framework.entities.values()} <= held
    assert {f.name for f in framework.functions.values()} | {f.reason for f in framework.functions.values()} <= held


def test_words_follow_the_language_in_force() -> None:
    assert language.ngettext("%(num)s module is late, %(name)s.", "%(num)s modules are late, %(name)s.", 2, name="Ana")
    with language.using("es"):
        assert language.translated("Seal Security") == "Seguridad de los sellos"
        assert language._("Phase %(number)s", number=2) == "Fase 2"
        assert language.pgettext("a section", "Read") == "Leída"
        assert language._("Read") == "Leer"
        assert language.translated("") == ""
        assert language.translated("Nobody wrote this: 100 %") == "Nobody wrote this: 100 %"
    with language.using("fr"):
        assert language.ngettext("%(num)s section", "%(num)s sections", 0) == "0 section"
        assert (
            language.ngettext("%(num)s section", "%(num)s sections", 1234) == "1\N{NARROW NO-BREAK SPACE}234 sections"
        )
    assert language.current_language() == "en"
