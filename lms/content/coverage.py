"""Where a criterion is taught and asked. Pure."""

from dataclasses import dataclass

from .course import Module, Question, Section
from .library import Library


@dataclass(frozen=True, slots=True)
class TaughtAt:
    """A marked paragraph."""

    module: Module
    section: Section
    anchor: str
    line: int

    @property
    def address(self) -> str:
        """The page of the section."""
        return f"/courses/{self.module.key}/{self.section.anchor}/"


@dataclass(frozen=True, slots=True)
class AskedAt:
    """A question that is drawn; retired ones and knowledge checks do not count."""

    module: Module
    question: Question


def taught(library: Library, criterion: str) -> tuple[TaughtAt, ...]:
    return tuple(
        TaughtAt(module, section, place.anchor, place.line)
        for module in library.modules.values()
        for section in module.sections
        for place in section.taught
        if place.criterion == criterion
    )


def asked(library: Library, criterion: str) -> tuple[AskedAt, ...]:
    return tuple(
        AskedAt(module, question)
        for module in library.modules.values()
        for question in module.questions
        if criterion in question.criteria and not question.retired
    )
