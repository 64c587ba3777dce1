"""Pictures of the demonstration. `make screenshots`: those of the README, a screenful each, into docs/img.

`python -m tools.screenshots FOLDER [NAME ...]`: whole pages, of these names or all, to look at.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.chromium import ARGUMENTS, executable
from tools.demo_site import ROOT, demo_site

PASSWORD = "ready-for-2020"  # noqa: S105 - the demonstration's, printed on its sign-in page
MODULE = "seal-security/seals-that-tell-the-truth"
SEALS = f"/courses/{MODULE}"
PAPER = f"module={MODULE}&language=en&variants=2"
# Name of the picture, who looks ("" for a visitor), address.
PAGES = (
    ("front", "", "/"),
    ("timeline", "", "/timeline/"),
    ("login", "", "/login"),
    ("join", "", "/join"),
    ("criteria", "", "/criteria/?entity=importers&level=must"),
    ("criterion", "", "/criteria/6.7"),
    ("coverage", "", "/criteria/coverage"),
    ("coverage-entity", "", "/criteria/coverage?entity=highway-carriers-us-mexico"),
    ("glossary", "", "/glossary/"),
    ("card", "", f"{SEALS}/card"),
    ("courses", "", "/courses/"),
    ("verify", "", "/verify/"),
    ("workshops", "", "/workshops/"),
    ("workshops-held", "", "/workshops/?past=1"),
    ("dashboard", "learner", "/"),
    ("category", "learner", "/courses/seal-security/"),
    ("module", "learner", f"{SEALS}/"),
    ("section", "learner", f"{SEALS}/four-moves-vvtt/"),
    ("print", "learner", f"{SEALS}/print"),
    ("quiz-start", "learner", f"{SEALS}/quiz"),
    ("certificates", "learner", "/certificates/"),
    ("workshops-mine", "learner", "/workshops/"),
    ("account", "learner", "/account/"),
    ("company", "coordinator", "/company/"),
    ("invite", "coordinator", "/company/people/new"),
    ("training", "coordinator", "/company/people/2/training"),
    ("paper", "coordinator", f"/company/paper/?{PAPER}"),
    ("paper-test", "coordinator", f"/company/paper/test?{PAPER}"),
    ("paper-key", "coordinator", f"/company/paper/key?{PAPER}"),
    ("paper-sheet", "coordinator", "/company/paper/answers"),
    ("roster", "coordinator", "/company/roster/"),
    ("joining", "coordinator", "/company/joining/"),
    ("people-left", "coordinator", "/company/people/left"),
    ("company-dates", "coordinator", "/company/dates"),
    ("timeline-company", "coordinator", "/timeline/"),
    ("evidence", "coordinator", "/company/evidence/"),
    ("company-person", "coordinator", "/company/people/1"),
    ("company-certificates", "coordinator", "/company/certificates/"),
    ("program", "staff", "/program/"),
    ("program-rows", "staff", "/program/rows?status=overdue"),
    ("program-past", "staff", "/program/?against=2026-10-05"),
    ("program-office", "staff", "/program/by/office"),
    ("program-function", "staff", "/program/by/function?entity=importers"),
    ("program-companies", "staff", "/program/companies"),
    ("program-criteria", "staff", "/program/criteria"),
    ("forecast", "staff", "/program/forecast"),
    ("program-dates", "staff", "/program/dates"),
    ("exemptions", "staff", "/program/exemptions/"),
    ("exemption-new", "staff", "/program/exemptions/new"),
    ("reminders", "staff", "/program/reminders"),
    ("tokens", "staff", "/program/tokens/"),
    ("program-evidence", "staff", "/program/evidence/DEMO-0001"),
    ("register", "staff", "/program/certificates/"),
    ("bundles", "staff", "/program/certificates/bundles/"),
    ("studio", "trainer", "/studio/"),
    ("studio-module", "trainer", "/studio/modules/seal-security/seals-that-tell-the-truth/"),
    ("studio-items", "trainer", "/studio/items"),
    ("studio-module-items", "trainer", "/studio/modules/cybersecurity/the-phone-in-your-cab/items"),
    ("studio-module-few", "trainer", "/studio/modules/agricultural-security/mud-bugs-and-bad-wood/items"),
    ("repairs", "trainer", "/studio/repairs/"),
    ("repair-choose", "trainer", f"/studio/repairs/new?module={MODULE}"),
    ("people", "admin", "/admin/"),
    ("organizations", "admin", "/admin/organizations/"),
    ("feedback", "", "/feedback/"),
    ("feedback-mine", "learner", "/feedback/"),
    ("feedback-new", "learner", "/feedback/new?criterion=6.2"),
    ("feedback-workbook", "learner", "/feedback/workbook"),
    ("not-found", "", "/nowhere"),
    ("workshops-desk", "staff", "/program/rollout/workshops/"),
    ("workshop-new", "staff", "/program/rollout/workshops/new"),
    ("workshops-figures", "staff", "/program/rollout/workshops/figures"),
    ("comments-desk", "staff", "/program/rollout/comments/"),
    ("comment-periods", "staff", "/program/rollout/comments/periods"),
    ("workbooks", "", "/workbooks/"),
    ("assessment", "coordinator", "/company/assessment/"),
    ("assessment-category", "coordinator", "/company/assessment/seal-security"),
    ("assessment-paper", "coordinator", "/company/assessment/print"),
    ("faq", "", "/faq/"),
    ("faq-found", "", "/faq/?q=How+do+I+lock+a+trialer"),
    ("faq-entry", "", "/faq/1"),
    ("faq-desk", "staff", "/program/rollout/faq/"),
    ("editions-changes", "", "/criteria/changes/"),
    ("editions-desk", "staff", "/program/rollout/editions/"),
    ("faq-new", "staff", "/program/rollout/faq/new"),
    ("faq-edit", "staff", "/program/rollout/faq/1"),
)
WIDTHS = (1280, 390)
README = {"front", "dashboard", "section", "company", "program", "studio-module"}


def main(folder: Path, names: set[str], *, whole: bool) -> None:
    program = executable()
    if program is None:
        sys.exit("Chromium is not on this machine: install it (apt-get install chromium).")
    folder.mkdir(parents=True, exist_ok=True)
    with demo_site() as site, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for role in dict.fromkeys(role for _, role, _ in PAGES):
            context = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
            page = context.new_page()
            if role:
                sign_in(page, role)
            for name, who, path in PAGES:
                if who == role and (not names or name in names):
                    take(page, folder, name, path, whole=whole)
            context.close()
        chromium.close()


def sign_in(page: Page, role: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(f"{role}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


def take(page: Page, folder: Path, name: str, path: str, *, whole: bool) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=whole)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), set(sys.argv[2:]), whole=True)
    else:
        main(ROOT / "docs" / "img", README, whole=False)
