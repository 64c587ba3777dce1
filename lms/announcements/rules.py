"""Whom an announcement is for, and in which language it is read. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.core.language import Language

LONGEST_TITLE = 150
# What the day until which an announcement is shown is at first: so many days ahead.
SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Audience:
    """An announcement is for people of a company with one of the entity types, of one of the field offices, with something open
    in one of the phases; an empty tuple means all."""

    entities: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    phases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides which announcements are somebody's. `company` is False for people of none."""

    company: bool
    entities: Collection[str]
    office: str | None
    open_phases: Collection[int]


def reaches(audience: Audience, reader: Reader) -> bool:
    """Whether an announcement is for this reader: all that it names must fit. People of no company get none."""
    return (
        reader.company
        and (not audience.entities or not set(audience.entities).isdisjoint(reader.entities))
        and (not audience.offices or reader.office in audience.offices)
        and (not audience.phases or not set(audience.phases).isdisjoint(reader.open_phases))
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What is read: `html` is safe; `language` is the one it is in."""

    title: str
    body: str
    html: str
    language: Language


def words_in(language: Language, english: Words, translations: Mapping[str, Mapping[str, Any]]) -> Words:
    """The announcement in the reader's language, in English where it is not written in that one."""
    found = translations.get(language)
    return Words(found["title"], found["body"], found["html"], language) if found else english


def is_shown(published: bool, withdrawn: bool, shown_until: date, today: date) -> bool:
    """Whether dashboards show it: published, not withdrawn, until its last day."""
    return published and not withdrawn and today <= shown_until
