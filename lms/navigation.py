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
    Entry(to_translate("Timeline"), "schedule.timeline", "/timeline/"),
    Entry(to_translate("Workshops"), "workshops.index", "/workshops/"),
    Entry(to_translate("FAQ"), "faq.index", "/faq/"),
    Entry(to_translate("Verify"), "certificates.verify", "/verify/"),
)
# What only some may open comes first: a phone shows about five words, the rest scrolls sideways.
MEMBER = (
    Entry(to_translate("Company"), "reporting.company", "/company/", Permission.RUN_COMPANY),
    Entry(to_translate("Program"), "reporting.program", "/program/", Permission.SEE_PROGRAM),
    Entry(to_translate("Roll-out"), "rollout.home", "/program/rollout/", Permission.RUN_ROLLOUT),
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
    Entry(to_translate("Workshops"), "workshops.index", "/workshops/"),
    Entry(to_translate("FAQ"), "faq.index", "/faq/"),
)
# The pages of a part of the site with many of them, in a row of their own below the main menu.
WITHIN: dict[str, tuple[Entry, ...]] = {
    "/company/": (
        Entry(to_translate("Roster"), "reporting.company", "/company/", Permission.RUN_COMPANY),
        Entry(to_translate("Joining"), "accounts.joining", "/company/joining/", Permission.RUN_COMPANY),
        Entry(to_translate("Hand in a roster"), "roster.index", "/company/roster/", Permission.RUN_COMPANY),
        Entry(to_translate("Dates"), "schedule.company_dates", "/company/dates", Permission.RUN_COMPANY),
        Entry(to_translate("Certificates"), "bundles.company", "/company/certificates/", Permission.RUN_COMPANY),
        Entry(to_translate("Self-assessment"), "workbooks.assessment", "/company/assessment/", Permission.RUN_COMPANY),
        Entry(to_translate("Evidence"), "evidence.company", "/company/evidence/", Permission.RUN_COMPANY),
        Entry(to_translate("On paper"), "paper.index", "/company/paper/", Permission.RUN_COMPANY),
    ),
    "/program/rollout/": (
        Entry(to_translate("Overview"), "rollout.home", "/program/rollout/", Permission.RUN_ROLLOUT),
        Entry(to_translate("Comments"), "feedback.desk", "/program/rollout/comments/", Permission.RUN_ROLLOUT),
        Entry(to_translate("FAQ"), "faq.desk", "/program/rollout/faq/", Permission.RUN_ROLLOUT),
        Entry(to_translate("Workshops"), "workshops.desk", "/program/rollout/workshops/", Permission.RUN_ROLLOUT),
        Entry(
            to_translate("Announcements"),
            "announcements.desk",
            "/program/rollout/announcements/",
            Permission.RUN_ROLLOUT,
        ),
        Entry(to_translate("Editions"), "editions.desk", "/program/rollout/editions/", Permission.RUN_ROLLOUT),
    ),
    "/program/": (
        Entry(to_translate("Overview"), "reporting.program", "/program/", Permission.SEE_PROGRAM),
        Entry(to_translate("Companies"), "reporting.program_companies", "/program/companies", Permission.SEE_PROGRAM),
        Entry(to_translate("Criteria"), "reporting.program_criteria", "/program/criteria", Permission.SEE_PROGRAM),
        Entry(to_translate("Forecast"), "reporting.program_forecast", "/program/forecast", Permission.SEE_PROGRAM),
        Entry(to_translate("Reminders"), "notices.program", "/program/reminders", Permission.SEE_PROGRAM),
        Entry(to_translate("Dates"), "schedule.program_dates", "/program/dates", Permission.SET_REQUIREMENTS),
        Entry(
            to_translate("Exemptions"),
            "schedule.exemptions_list",
            "/program/exemptions/",
            Permission.SET_REQUIREMENTS,
        ),
        Entry(to_translate("Tokens"), "api.tokens", "/program/tokens/", Permission.SEE_PROGRAM),
    ),
}
FOOTER = (
    Entry(to_translate("Courses"), "catalog.courses", "/courses/"),
    Entry(to_translate("Criteria"), "catalog.criteria", "/criteria/"),
    Entry(to_translate("Timeline"), "schedule.timeline", "/timeline/"),
    Entry(to_translate("What changed"), "editions.changes", "/criteria/changes/"),
    Entry(to_translate("Workbooks"), "workbooks.index", "/workbooks/"),
    Entry(to_translate("Comments"), "feedback.index", "/feedback/"),
    Entry(to_translate("Workshops"), "workshops.index", "/workshops/"),
    Entry(to_translate("FAQ"), "faq.index", "/faq/"),
    Entry(to_translate("Glossary"), "catalog.glossary", "/glossary/"),
    Entry(to_translate("Verify a certificate"), "certificates.verify", "/verify/"),
)


def current_entry(role: Role | None, path: str) -> Entry | None:
    """The entry of the role's menu that an address belongs to, the nearest. An attempt belongs to the courses."""
    if path.startswith("/attempts/"):
        path = "/courses/"
    around = [e for e in menu(role) if path == e.within or (e.within != "/" and path.startswith(e.within))]
    return max(around, key=lambda entry: len(entry.within), default=None)


def pages_within(role: Role | None, path: str) -> tuple[Entry, ...]:
    """The pages of the part of the site that an address belongs to, as far as the role may open them."""
    entries = next((entries for prefix, entries in WITHIN.items() if path.startswith(prefix)), ())
    return tuple(e for e in entries if e.permission is None or (role is not None and may(role, e.permission)))


def current_page(role: Role | None, path: str) -> Entry | None:
    """The one of them that the address belongs to, the nearest."""
    around = [e for e in pages_within(role, path) if path.startswith(e.within)]
    return max(around, key=lambda entry: len(entry.within), default=None)


def menu(role: Role | None) -> tuple[Entry, ...]:
    """The main menu of a role; of a visitor for None."""
    if role is None:
        return VISITOR
    return tuple(e for e in MEMBER if e.permission is None or may(role, e.permission))
