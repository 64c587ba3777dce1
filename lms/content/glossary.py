"""The glossary: every term that a module defines, in the words of a language. Pure."""

import unicodedata
from dataclasses import dataclass

from .course import Definition, Language, Module
from .library import Library


@dataclass(frozen=True, slots=True)
class Entry:
    """A term with its first definition, in the order of the categories, and the modules that define it.

    `language` is that of the text: English where the module has no translation. `english` is the English term where the
    text is in another language, so that the two can be laid side by side.
    """

    definition: Definition
    language: Language
    english: str
    explained_in: tuple[tuple[Module, str], ...]

    @property
    def name(self) -> str:
        """The term with its abbreviation."""
        return named(self.definition)

    @property
    def letter(self) -> str:
        """The letter under which it is found: É is found under E."""
        return _plain_letters(self.definition.term)[:1].upper()


def named(definition: Definition) -> str:
    return f"{definition.term} ({definition.short})" if definition.short else definition.term


def glossary(library: Library, language: Language) -> tuple[Entry, ...]:
    """All terms, each once, in alphabetical order."""
    found: dict[str, Entry] = {}
    for source in library.modules.values():
        module = library.module(source.key, language) or source
        for theirs, ours in zip(source.sections, module.sections, strict=True):
            for english, own in zip(theirs.definitions, ours.definitions, strict=True):
                address = f"/courses/{source.key}/{theirs.anchor}/#term-{own.anchor}"
                first = found.get(own.anchor)
                places = (*first.explained_in, (module, address)) if first else ((module, address),)
                if first is None:
                    name = named(english) if module.language != "en" else ""
                    found[own.anchor] = Entry(own, module.language, name, places)
                else:
                    found[own.anchor] = Entry(first.definition, first.language, first.english, places)
    return tuple(sorted(found.values(), key=lambda entry: _plain_letters(entry.definition.term).casefold()))


def _plain_letters(text: str) -> str:
    """Without accents: é is sorted as e."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
