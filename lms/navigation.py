"""The menus, as data."""

from dataclasses import dataclass

from lms.accounts.permissions import Permission, Role, may
from lms.core.language import to_translate


@dataclass(frozen=True, slots=True)
class Entry:
    """A word in the main menu, in English: pages translate it.

    `endpoint` is a view, `within` the addresses under which the entry is current.
    """

    label: str
    endpoint: str
    within: str
    permission: Permission | None = None


VISITOR = (
    Entry(to_translate("Courses"), "catalog.courses", "/courses/"),
    Entry(to_translate("Criteria"), "catalog.criteria", "/criteria/"),
    Entry(to_translate("Timeline"), "schedule.timeline", "/timeline"),
    Entry(to_translate("Verify"), "certificates.verify", "/verify/"),
)
# What only some may open comes first: a phone shows about five words, the rest scrolls sideways.
MEMBER = (
    Entry(to_translate("Company"), "reporting.company", "/company/", Permission.RUN_COMPANY),
    Entry(to_translate("Program"), "reporting.program", "/program/", Permission.SEE_PROGRAM),
    Entry(
        to_translate("All certificates"),
        "certificates.staff_list",
        "/program/certificates/",
        Permission.SEE_PROGRAM,
    ),
    Entry(to_translate("Studio"), "studio.home", "/studio/", Permission.WRITE_COURSES),
    Entry(to_translate("People"), "accounts.people", "/admin/", Permission.MANAGE_PEOPLE),
    Entry(to_translate("My training"), "learning.home", "/", Permission.LEARN),
    Entry(to_translate("Courses"), "catalog.courses", "/courses/"),
    Entry(to_translate("Criteria"), "catalog.criteria", "/criteria/"),
    Entry(to_translate("Certificates"), "certificates.mine", "/certificates/", Permission.LEARN),
)
FOOTER = (
    Entry(to_translate("Courses"), "catalog.courses", "/courses/"),
    Entry(to_translate("Criteria"), "catalog.criteria", "/criteria/"),
    Entry(to_translate("Timeline"), "schedule.timeline", "/timeline"),
    Entry(to_translate("Glossary"), "catalog.glossary", "/glossary/"),
    Entry(to_translate("Verify a certificate"), "certificates.verify", "/verify/"),
)


def current_entry(role: Role | None, path: str) -> Entry | None:
    """The entry of the role's menu that an address belongs to, the nearest. An attempt belongs to the courses."""
    if path.startswith("/attempts/"):
        path = "/courses/"
    around = [e for e in menu(role) if path == e.within or (e.within != "/" and path.startswith(e.within))]
    return max(around, key=lambda entry: len(entry.within), default=None)


def menu(role: Role | None) -> tuple[Entry, ...]:
    """The main menu of a role; of a visitor for None."""
    if role is None:
        return VISITOR
    return tuple(e for e in MEMBER if e.permission is None or may(role, e.permission))
