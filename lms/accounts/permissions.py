"""What a person may do, a sentence each, and which role may do it. Views name a permission, never a role."""

from enum import StrEnum

from lms.core.language import to_translate


class Role(StrEnum):
    LEARNER = "learner"
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    STAFF = "staff"
    ADMIN = "admin"


class Permission(StrEnum):
    LEARN = "Read modules with progress, take quizzes, keep certificates."
    RUN_COMPANY = "See and invite the people of one's own company."
    SEE_PROGRAM = "See completion across all companies."
    WRITE_COURSES = "Check, preview and publish modules."
    SET_REQUIREMENTS = "Move the dates of the program; exempt people and companies from a module."
    RUN_ROLLOUT = "Run comment periods and workshops; answer comments; keep the FAQ; write announcements."
    REPAIR_QUESTIONS = "Void a question that was asked, or accept other answers to it."
    REVOKE_CERTIFICATES = "Revoke a certificate, with a reason."
    MANAGE_PEOPLE = "Add people and companies, change roles, end access."


ROLES: dict[Role, frozenset[Permission]] = {
    Role.LEARNER: frozenset({Permission.LEARN}),
    Role.COORDINATOR: frozenset({Permission.LEARN, Permission.RUN_COMPANY}),
    Role.TRAINER: frozenset({Permission.LEARN, Permission.WRITE_COURSES, Permission.REPAIR_QUESTIONS}),
    Role.STAFF: frozenset(
        {
            Permission.LEARN,
            Permission.SEE_PROGRAM,
            Permission.SET_REQUIREMENTS,
            Permission.RUN_ROLLOUT,
            Permission.REPAIR_QUESTIONS,
            Permission.REVOKE_CERTIFICATES,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Permission.LEARN,
            Permission.SEE_PROGRAM,
            Permission.SET_REQUIREMENTS,
            Permission.RUN_ROLLOUT,
            Permission.WRITE_COURSES,
            Permission.REPAIR_QUESTIONS,
            Permission.REVOKE_CERTIFICATES,
            Permission.MANAGE_PEOPLE,
        }
    ),
}

ROLE_NAMES = {
    Role.LEARNER: to_translate("Learner"),
    Role.COORDINATOR: to_translate("Company coordinator"),
    Role.TRAINER: to_translate("Trainer"),
    Role.STAFF: to_translate("Program staff"),
    Role.ADMIN: to_translate("Administrator"),
}

# Where somebody lands after signing in: the endpoint of the page for the work that role came for.
ROLE_HOME = {
    Role.LEARNER: "learning.home",
    Role.COORDINATOR: "reporting.company",
    Role.TRAINER: "studio.home",
    Role.STAFF: "reporting.program",
    Role.ADMIN: "accounts.people",
}


def may(role: Role, permission: Permission) -> bool:
    return permission in ROLES[role]
