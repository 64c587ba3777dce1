"""What changed between two states of a module: what somebody who knows the old one must read and answer again. Pure."""

import html
import re
from collections.abc import Hashable
from dataclasses import dataclass

from lms.content.course import Module, Question, Section

_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Delta:
    """Anchors of the sections to open again, in the order of the lesson; ids of the questions that ask about what changed."""

    sections: tuple[str, ...]
    questions: tuple[str, ...]


def delta(before: Module, after: Module) -> Delta:
    """From the English text of one revision to that of the next.

    A section counts that is new or does not show what it showed. A question counts that is new or was changed, and one that
    asks about a criterion taught in such a section. Retired questions never do.
    """
    known = {section.anchor: _shown(section) for section in before.sections}
    sections = tuple(s for s in after.sections if known.get(s.anchor) != _shown(s))
    taught = {taught.criterion for section in sections for taught in section.taught}
    asked = {question.id: _asked(question) for question in before.questions}
    return Delta(
        tuple(section.anchor for section in sections),
        tuple(
            question.id
            for question in after.questions
            if not question.retired
            and (asked.get(question.id) != _asked(question) or not taught.isdisjoint(question.criteria))
        ),
    )


def _shown(section: Section) -> Hashable:
    """What a reader sees of a section."""
    return _seen(section.title), _seen(section.html), tuple(_asked(check) for check in section.checks)


def _asked(question: Question) -> Hashable:
    """What a question asks and what is right. Where an option stands is no part of it; the order of steps is the key."""
    return (
        question.type,
        question.score,
        question.unit,
        _seen(question.title),
        _seen(question.html),
        frozenset((_seen(option.html), option.right) for option in question.options),
        frozenset((_seen(pair.left), _seen(pair.right)) for pair in question.pairs),
        tuple(map(_seen, question.items)),
        frozenset((one.low, one.high, one.right) for one in question.ranges),
    )


def _seen(text: str) -> str:
    """The words and pictures of rendered HTML: newer code may dress the same text in other tags."""
    return " ".join(html.unescape(_TAG.sub(" ", _PICTURE.sub(r" \1 ", text))).split())
