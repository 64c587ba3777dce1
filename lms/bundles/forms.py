"""In which language and on which paper a bundle is to be."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.certificates.designs import PAPERS, Paper
from lms.certificates.designs import known as known_paper
from lms.core.language import Language, known
from lms.web.form import text


@dataclass(frozen=True, slots=True)
class Edition:
    """How every document of a bundle is to be."""

    language: Language
    paper: Paper


def edition(form: Mapping[str, str], language: Language) -> Edition:
    """What is not offered counts as not chosen: then it is the reader's language, on Letter."""
    return Edition(known(text(form, "language")) or language, known_paper(text(form, "paper")) or PAPERS[0])
