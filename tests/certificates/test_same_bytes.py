"""The same record gives the same document: in every process, after every change of the catalogs, and while its design is kept."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from lms.certificates.designs import FOLDER, PAPERS
from lms.certificates.pdf import draw
from lms.certificates.rules import TEMPLATE, Record, from_plain, to_plain
from lms.certificates.sheet import Sheet, sheet
from lms.core import language as catalogs
from lms.core.language import LANGUAGES
from lms.settings import ROOT

from .records import ATTENDANCE, CROWDED, PROGRAM, SEAL, SITE, TRANSLATED

# What each released design is, to the last byte, by the SHA-256 of its folder.
RELEASED = {1: "5a1dab20a553c54742748968c1b962208dc9e86cde15aaf222bb9d4d5ae7f5ca"}
SHEETS = Path(__file__).with_name("sheets")  # what each released design prints of the records below
RECORDS = {
    "category": TRANSLATED,
    "program": replace(PROGRAM, renews="0" * 13),
    "attendance": replace(ATTENDANCE, demonstration=True, days_ahead=None),
    "crowded": CROWDED,
    "name of another script": replace(TRANSLATED, name="山田 Łukasz محمد"),
}


def documents(records: Sequence[Record]) -> list[str]:
    return [
        hashlib.sha256(draw(record, SEAL, language=language, paper=paper)).hexdigest()
        for record in records
        for language in LANGUAGES
        for paper in PAPERS
    ]


IN_ANOTHER_PROCESS = """
import hashlib, json, sys
from lms.certificates.pdf import Seal, draw
from lms.certificates.rules import from_plain
seal = Seal(sys.argv[1], sys.argv[2], sys.argv[3].encode())
wanted = json.load(sys.stdin)
print(json.dumps([
    hashlib.sha256(draw(from_plain(record), seal, language=language, paper=paper)).hexdigest()
    for record in reversed(wanted["records"]) for language in wanted["languages"] for paper in wanted["papers"]
]))
"""


def test_two_processes_draw_the_same(tmp_path: Path) -> None:
    records = list(RECORDS.values())
    wanted = {"records": [to_plain(r) for r in records], "languages": LANGUAGES, "papers": PAPERS}
    here = documents(records[::-1])
    for seed, zone, locale, folder in (
        ("1", "Asia/Tokyo", "C", ROOT),
        ("2", "America/Tijuana", "fr_CA.UTF-8", tmp_path),
    ):
        done = subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS, SEAL.site, SEAL.code, SEAL.credential.decode()],
            input=msgspec.json.encode(wanted),
            capture_output=True,
            check=True,
            cwd=folder,
            env={
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "LANG": locale,
                "LC_ALL": locale,
                "PYTHONPATH": str(ROOT),
                "PATH": os.environ["PATH"],
            },
        )
        assert json.loads(done.stdout) == here


def test_what_the_catalogs_say_changes_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = documents([TRANSLATED, ATTENDANCE])
    for language in ("es", "fr"):
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        for domain in catalogs.DOMAINS:
            (folder / f"{domain}.po").write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path)
    catalogs._catalog.cache_clear()
    try:
        with catalogs.using("es"):
            assert catalogs.translated("Certificates") == "Certificates"
            assert documents([TRANSLATED, ATTENDANCE]) == before
    finally:
        catalogs._catalog.cache_clear()


def folder_digest(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir())
    listed = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    return hashlib.sha256(listed.encode()).hexdigest()


def test_a_released_design_is_never_changed() -> None:
    found = {int(folder.name): folder_digest(folder) for folder in FOLDER.iterdir()}
    assert found.keys() == RELEASED.keys()
    assert max(found) == TEMPLATE
    for version, digest in RELEASED.items():
        assert found[version] == digest, (
            f"Design {version} was released: make designs/{TEMPLATE + 1} for a change of look or wording, "
            f"so that certificates issued with design {version} are drawn as they were."
        )


@pytest.mark.parametrize("name", RECORDS)
def test_what_a_released_design_prints_stays_as_it_was(name: str) -> None:
    """The decisions of sheet.py for a design: sizes, spacing, what is listed and what is counted."""
    kept = json.loads((SHEETS / "design-1.json").read_bytes())[name]
    record = from_plain(kept["record"])
    assert record == RECORDS[name]
    for language in LANGUAGES:
        for paper in PAPERS:
            printed = sheet(record, SITE, language=language, paper=paper)
            before = msgspec.convert(kept["sheets"][f"{language} {paper}"], type=Sheet)
            assert printed == before, "sheet.py may decide otherwise for a new design alone"
