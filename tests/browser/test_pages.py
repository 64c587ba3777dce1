"""Every main page of every role is accessible at both widths, and the console stays silent."""

import pytest

from tests.browser.conftest import Visit, accessible
from tools.screenshots import PAGES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("role", list(dict.fromkeys(role for _, role, _ in PAGES)))
def test_main_pages(visit: Visit, role: str, complaints: list[str]) -> None:
    page = visit(role)
    for _, who, path in PAGES:
        if who != role:
            continue
        page.goto(path)
        accessible(page)
    assert [c for c in complaints if "404" not in c] == []
