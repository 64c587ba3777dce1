"""The records of a packet as a workbook, a sheet a subject. Days are ISO 8601, so that every program sorts them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from lms.accounts.permissions import ROLE_NAMES
from lms.certificates.rules import PROGRAM
from lms.content.framework import EntityType, JobFunction
from lms.content.library import Library
from lms.core.cells import Cell
from lms.core.clock import program_day
from lms.core.language import _, current_language, pgettext, translated
from lms.reporting.exports import Table, workbook

from .facts import Facts, TextKey
from .summary import Summary, in_order
from .texts import Text

Row = tuple[Cell, ...]


def records(
    facts: Facts, summary: Summary, library: Library, texts: Mapping[TextKey, Text], files: Mapping[str, str]
) -> bytes:
    """The XLSX in the language in force. `files` are the names of the certificates' documents by number."""
    names = facts.names
    sheets = (
        Table(_("People"), _people_header(), _people(summary, library)),
        Table(_("Completions"), _done_header(), _done(facts, library, names, texts)),
        Table(_("Attempts"), _tries_header(), _tries(facts, library, names)),
        Table(_("Certificates"), _held_header(), _held(facts, files)),
        Table(_("Exemptions"), _exempted_header(), _exempted(facts, library, names)),
        Table(_("Refreshers"), _refreshers_header(), _refreshers(summary, library, names)),
        Table(_("Workshops"), _workshops_header(), _workshops(facts, files)),
    )
    with workbook(sheets, facts.as_of) as made:
        return made.read()


def title_of(library: Library, key: str) -> str:
    """The module's title in the language in force; its key where the site has it no more."""
    module = library.module(key, current_language())
    return module.title if module else key


def named(known: Mapping[str, EntityType] | Mapping[str, JobFunction], slugs: Iterable[str]) -> str:
    """The names in the language in force; a slug that the reference has no more stays as it is."""
    return ", ".join(translated(known[slug].name) if slug in known else slug for slug in slugs)


def _people_header() -> tuple[str, ...]:
    return (
        _("Person"), _("Name"), _("Employee number"), _("Site"), _("Job functions"), _("First day"), _("Last day"),
        _("Modules required"), _("Modules that stand"), _("Completions in the period"),
    )  # fmt: skip


def _people(summary: Summary, library: Library) -> Iterator[Row]:
    for line in summary.roster:
        who = line.member
        functions = named(library.framework.functions, who.functions)
        days = (_day(who.began), _day(who.left))
        yield (
            who.id, who.name, who.employee_number, who.site, functions, *days, line.required, line.trained,
            line.completions,
        )  # fmt: skip


def _done_header() -> tuple[str, ...]:
    return (
        _("Person"), _("Name"), _("Completed"), _("Module"), _("Topics (criteria)"), _("Language"), _("Score, percent"),
        _("Pass mark, percent"), _("Only what had changed"), _("Typed in by"), _("Revision"), _("Valid until"),
        _("Text of the module"), _("SHA-256 of the whole file"),
    )  # fmt: skip


def _done(facts: Facts, library: Library, names: Mapping[int, str], texts: Mapping[TextKey, Text]) -> Iterator[Row]:
    for one in facts.new_done:
        module, text = library.modules.get(one.module), texts[one.text]
        yield (
            one.person, names[one.person], one.day.isoformat(), title_of(library, one.module),
            " ".join(in_order(module.criteria)) if module else "", one.language, one.percent, one.pass_mark, _yes(one.delta),
            one.proctor, one.revision, _day(one.valid_until), text.name, text.source,
        )  # fmt: skip


def _tries_header() -> tuple[str, ...]:
    return (
        _("Person"), _("Name"), _("Submitted"), _("Module"), _("Language"), _("Attempt"), _("Score, percent"),
        _("Pass mark, percent"), _("Passed"), _("Only what had changed"), _("On paper"),
    )  # fmt: skip


def _tries(facts: Facts, library: Library, names: Mapping[int, str]) -> Iterator[Row]:
    for one in facts.new_tries:
        if one.person in names:
            yield (
                one.person, names[one.person], one.day.isoformat(), title_of(library, one.module), one.language,
                one.number, one.percent, one.pass_mark, _yes(one.passed), _yes(one.delta), _yes(one.on_paper),
            )  # fmt: skip


def _held_header() -> tuple[str, ...]:
    return (
        _("Number"), _("Person"), _("Name on it"), _("Certificate"), _("Completed"), _("Valid until"), _("Standing"),
        _("Renewed by"), _("Topics (criteria)"), _("File"),
    )  # fmt: skip


def _held(facts: Facts, files: Mapping[str, str]) -> Iterator[Row]:
    standings = {
        "valid": pgettext("certificate", "valid"),
        "renewed": pgettext("certificate", "renewed"),
        "expired": pgettext("certificate", "lapsed"),
        "revoked": pgettext("certificate", "revoked"),
    }
    for known in facts.courses:
        record = known.record
        title = record.word(record.title, current_language())
        kind = _("Program") if record.category == PROGRAM else f"{record.category} {title}"
        yield (
            record.number, known.person_id, record.name, kind, record.completed_on.isoformat(),
            record.valid_until.isoformat(), standings[known.standing], known.renewed_by,
            " ".join(c.id for c in record.criteria), files.get(record.number, ""),
        )  # fmt: skip


def _exempted_header() -> tuple[str, ...]:
    return _("Module"), _("Person"), _("Name"), _("Reason"), _("Decided by"), _("From"), _("Until")


def _exempted(facts: Facts, library: Library, names: Mapping[int, str]) -> Iterator[Row]:
    for one in facts.exemptions:
        who = names[one.person] if one.person is not None else _("Everybody")
        by = translated(ROLE_NAMES[one.by])
        yield (
            title_of(library, one.module), one.person, who, one.reason, by, one.since.isoformat(), _day(one.until),
        )  # fmt: skip


def _refreshers_header() -> tuple[str, ...]:
    return _("Person"), _("Name"), _("Module"), _("Because"), _("On"), _("Learned once more")


def _refreshers(summary: Summary, library: Library, names: Mapping[int, str]) -> Iterator[Row]:
    because = {"change": _("Content changed"), "expiry": _("Validity ends")}
    for one in summary.refreshers:
        yield (
            one.person, names[one.person], title_of(library, one.module), because[one.because], one.day.isoformat(),
            _day(one.done),
        )  # fmt: skip


def _workshops_header() -> tuple[str, ...]:
    return (
        _("Number"), _("Person"), _("Name on it"), _("Workshop"), _("Place"), _("Minutes"), _("Held"),
        _("Topics (criteria)"), _("Issued"), _("File"),
    )  # fmt: skip


def _workshops(facts: Facts, files: Mapping[str, str]) -> Iterator[Row]:
    for known in facts.workshops:
        record = known.record
        assert record.workshop  # noqa: S101 - what makes it an attendance
        yield (
            record.number, known.person_id, record.name, record.workshop.title, record.workshop.place or _("online"),
            record.workshop.minutes, record.completed_on.isoformat(), " ".join(c.id for c in record.criteria),
            program_day(record.issued_at).isoformat(), files.get(record.number, ""),
        )  # fmt: skip


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
