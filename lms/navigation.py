"""The menus, as data."""

from dataclasses import dataclass

from lms.accounts.permissions import Permission, Role, may


@dataclass(frozen=True, slots=True)
class Entry:
    """A word in the main menu. `endpoint` is a view, `within` the addresses under which the entry is current."""

    label: str
    endpoint: str
    within: str
    permission: Permission | None = None


VISITOR = (
    Entry("Courses", "catalog.courses", "/courses/"),
    Entry("Criteria", "catalog.criteria", "/criteria/"),
    Entry("Timeline", "schedule.timeline", "/timeline"),
    Entry("Verify", "certificates.verify", "/verify/"),
)
# What only some may open comes first: a phone shows about five words, the rest scrolls sideways.
MEMBER = (
    Entry("Company", "reporting.company", "/company/", Permission.RUN_COMPANY),
    Entry("Program", "reporting.program", "/program/", Permission.SEE_PROGRAM),
    Entry("Studio", "studio.home", "/studio/", Permission.WRITE_COURSES),
    Entry("People", "accounts.people", "/admin/", Permission.MANAGE_PEOPLE),
    Entry("My training", "learning.home", "/", Permission.LEARN),
    Entry("Courses", "catalog.courses", "/courses/"),
    Entry("Criteria", "catalog.criteria", "/criteria/"),
    Entry("Certificates", "certificates.mine", "/certificates/", Permission.LEARN),
)
FOOTER = (
    Entry("Courses", "catalog.courses", "/courses/"),
    Entry("Criteria", "catalog.criteria", "/criteria/"),
    Entry("Timeline", "schedule.timeline", "/timeline"),
    Entry("Verify a certificate", "certificates.verify", "/verify/"),
)


def current_entry(role: Role | None, path: str) -> Entry | None:
    """The entry of the role's menu that an address belongs to. An attempt belongs to the courses."""
    if path.startswith("/attempts/"):
        path = "/courses/"
    return next((e for e in menu(role) if path == e.within or (e.within != "/" and path.startswith(e.within))), None)


def menu(role: Role | None) -> tuple[Entry, ...]:
    """The main menu of a role; of a visitor for None."""
    if role is None:
        return VISITOR
    return tuple(e for e in MEMBER if e.permission is None or may(role, e.permission))
