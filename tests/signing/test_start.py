"""Signing costs a web worker nothing until it signs."""

import os
import subprocess
import sys

from lms.settings import ROOT

HEAVY = ("cryptography", "joserfc", "pyhanko", "asn1crypto", "weasyprint")


def test_the_start_loads_nothing_that_signs() -> None:
    code = f"import app, sys; print([name for name in {HEAVY} if name in sys.modules])"
    environment = os.environ | {"SECRET_KEY": "only-for-tests-0123456789abcdefghij"}
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert started.stdout.strip() == "[]"
