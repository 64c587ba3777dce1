"""Every template compiles and none carries what the policy forbids."""

import re

import pytest
from flask import Flask

from lms.settings import ROOT

TEMPLATES = sorted(p.relative_to(ROOT / "templates").as_posix() for p in (ROOT / "templates").rglob("*") if p.is_file())
INLINE = re.compile(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(app: Flask, name: str) -> None:
    assert app.jinja_env.get_template(name).name == name


# Drawn by WeasyPrint on the server: no browser ever gets it.
PRINTED = {"reporting/report.html"}


@pytest.mark.parametrize("name", [n for n in TEMPLATES if n.endswith(".html") and n not in PRINTED])
def test_a_template_has_nothing_inline(name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    assert INLINE.search(source) is None
    assert "<style" not in source
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script
