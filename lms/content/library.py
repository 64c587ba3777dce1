"""The whole of a courses folder: the reference side and the modules. One published revision is one library."""

from collections.abc import Mapping
from dataclasses import dataclass

from .course import Language, Module
from .framework import Framework


@dataclass(frozen=True, slots=True)
class Library:
    """`modules` are the English sources by key, in order of category and title; `translations` by (key, language)."""

    framework: Framework
    modules: Mapping[str, Module]
    translations: Mapping[tuple[str, Language], Module]

    def module(self, key: str, language: Language = "en") -> Module | None:
        """The module in the language asked for, in English where it has no such translation."""
        return self.translations.get((key, language)) or self.modules.get(key)

    def outdated(self, module: Module) -> bool:
        """Whether a translation follows another state of the English text than the one there is."""
        source = self.modules.get(module.key)
        return module.language != "en" and (source is None or module.source != source.fingerprint)

    def in_category(self, number: int) -> tuple[Module, ...]:
        return tuple(m for m in self.modules.values() if m.category == number)
