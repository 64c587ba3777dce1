"""What docs/trainers.md shows is what the check accepts."""

import re

from lms.content.check import check
from lms.settings import ROOT
from tests.factories.library import REFERENCE

FOLDER = "06-seal-security"


def test_the_example_for_trainers_passes_the_check() -> None:
    found = re.search(
        r"```markdown\n(.*?)\n```", (ROOT / "docs" / "trainers.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    files = {name: (ROOT / "courses" / name).read_bytes() for name in REFERENCE}
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Bolt</title></svg>'
    files |= {f"{FOLDER}/short.md": f"{found[1]}\n".encode(), f"{FOLDER}/images/bolt.svg": picture}
    result = check(files)
    assert [p for p in result.problems if p.severity == "error"] == []
    assert result.library is not None
    assert {q.id for q in result.library.modules["seal-security/short"].questions} == {"seal-class"}
