"""What is read from a directory, and what is refused."""

from pathlib import Path

import pytest

from lms.content.folder import read_folder
from lms.content.problem import Problem

from .samples import GOOD, IMAGE, IMAGE_PATH, PATH, REFERENCE


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    root = tmp_path / "courses"
    for path, data in {**REFERENCE, PATH: GOOD.encode(), IMAGE_PATH: IMAGE}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return root


def refused(root: Path) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in read_folder(root).problems]


def test_the_folder_becomes_paths_and_bytes(courses: Path) -> None:
    folder = read_folder(courses)
    assert folder.files == {**REFERENCE, PATH: GOOD.encode(), IMAGE_PATH: IMAGE}
    assert folder.problems == ()


def test_what_does_not_belong_is_passed_over(courses: Path) -> None:
    before = set(read_folder(courses).files)
    for path in (
        "README.md",
        ".msc-ready",
        "06-seal-security/.good.md.swp",
        "06-seal-security/notes.docx",
        ".git/x.md",
    ):
        (courses / path).parent.mkdir(exist_ok=True)
        (courses / path).write_text("x")
    assert set(read_folder(courses).files) == before


@pytest.mark.parametrize(
    "path", ["intro.md", "drafts/a.md", "06-seal-security/more/a.md", "glossary.yml", "notes/images/a.svg"]
)
def test_what_stands_in_the_wrong_place_is_read_so_that_the_check_names_it(courses: Path, path: str) -> None:
    (courses / path).parent.mkdir(parents=True, exist_ok=True)
    (courses / path).write_text("x")
    assert path in read_folder(courses).files


def test_a_link_out_of_the_folder_is_refused(courses: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (courses / "06-seal-security/link.md").symlink_to(tmp_path / "secret.md")
    (courses / "06-seal-security/inside.md").symlink_to(courses / PATH)
    folder = read_folder(courses)
    assert [(p.path, p.code) for p in folder.problems] == [("06-seal-security/link.md", "F008")]
    assert folder.files["06-seal-security/inside.md"] == GOOD.encode()


def test_a_folder_that_is_a_link_is_refused_and_not_entered(courses: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.md").write_text("x")
    (courses / "07-procedural-security").symlink_to(tmp_path / "elsewhere")
    (courses / "08-agricultural-security").symlink_to(courses)
    folder = read_folder(courses)
    assert [(p.path, p.code) for p in folder.problems] == [
        ("07-procedural-security", "F008"),
        ("08-agricultural-security", "F008"),
    ]
    assert not [path for path in folder.files if path.startswith(("07", "08"))]


def test_links_that_lead_nowhere_or_to_each_other_are_refused(courses: Path) -> None:
    (courses / "06-seal-security/gone.md").symlink_to(courses / "none.md")
    (courses / "06-seal-security/loop.md").symlink_to(courses / "06-seal-security/loop.md")
    assert refused(courses) == [("06-seal-security/gone.md", "F050"), ("06-seal-security/loop.md", "F050")]


def test_a_file_over_one_megabyte_is_not_read(courses: Path) -> None:
    (courses / "06-seal-security/big.md").write_bytes(b"x" * 1_000_001)
    folder = read_folder(courses)
    assert folder.problems == (
        Problem(
            "06-seal-security/big.md",
            1,
            1,
            "F004",
            "error",
            "The file is 1,000,001 bytes long.",
            "At most 1,000,000 bytes.",
        ),
    )
    assert "06-seal-security/big.md" not in folder.files


def test_a_name_that_is_no_text_is_named(courses: Path) -> None:
    (courses / "06-seal-security" / "caf\udce9.md").write_text("x")
    assert "06-seal-security/caf\ufffd.md" in read_folder(courses).files


def test_no_folder_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        read_folder(tmp_path / "none")
