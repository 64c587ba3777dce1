"""The FAQ's full text: one way to ask, on SQLite's FTS5 and on PostgreSQL.

Stems, phrases and ranking are the engine's. Before it, both get the same words (words.py): what an entry says lies in `faq_index`
as words, a row a language, written in the transaction of its version. Meanings (meaning.py) widen what is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, column, delete, insert, select, table, text
from sqlalchemy.orm import Session

from lms.core.language import Language

from . import meaning
from .words import of_html, one_letter_off, says_little, words

MOST_WORDS = 12
MOST_FOUND = 50

INDEX = table("faq_index", *(column(name) for name in ("entry_id", "language", "question", "answer", "criteria")))

# A word of the question or a criterion weighs as much as several of the answer.
_SQLITE = text(
    "SELECT entry_id FROM faq_index WHERE faq_index MATCH :asked AND language IN :languages "
    "ORDER BY bm25(faq_index, 0, 0, 6.0, 1.0, 6.0), entry_id LIMIT :most"
).bindparams(bindparam("languages", expanding=True))
_POSTGRESQL = text(
    "SELECT entry_id FROM faq_index JOIN (VALUES ('en', to_tsquery('english', :asked)), ('es', to_tsquery('spanish', :asked)), "
    "('fr', to_tsquery('french', :asked))) AS asked (language, query) USING (language) "
    "WHERE stems @@ query AND language IN :languages ORDER BY ts_rank(stems, query, 1) DESC, entry_id LIMIT :most"
).bindparams(bindparam("languages", expanding=True))


@dataclass(frozen=True, slots=True)
class Row:
    """What an entry says in a language, as words with a space between."""

    entry_id: int
    language: Language
    question: str
    answer: str
    criteria: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One word of a question, or several that belong together, with everything that may stand in its place."""

    typed: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of entries, the best first. `instead`: words that nobody knows and what was looked for in their place.

    `partly`: no entry has all of the words, these have some.
    """

    entries: tuple[int, ...] = ()
    instead: dict[str, tuple[str, ...]] = field(default_factory=dict)
    partly: bool = False


def row(entry_id: int, language: Language, question: str, html: str, criteria: Iterable[str]) -> Row:
    """Of a question and the safe HTML of its answer."""
    said = words(question), of_html(html), words(" ".join(criteria))
    return Row(entry_id, language, *(" ".join(part) for part in said))


def put(session: Session, entry_id: int, rows: Sequence[Row]) -> None:
    """The entry is found by these rows alone; by none, it is not found any more."""
    session.flush()
    session.execute(delete(INDEX).where(INDEX.c.entry_id == entry_id))
    if rows:
        columns = tuple(INDEX.c.keys())
        session.execute(insert(INDEX), [{name: getattr(one, name) for name in columns} for one in rows])


def find(session: Session, asked: str, language: Language) -> Found:
    """The entries that a question asks for, in words of the language or English: first those with its own words, then those that
    say it with others. Where there is none, with words mistyped by a letter put right; then those with some of the words."""
    clauses = clauses_of(asked, language)
    if not clauses:
        return Found()
    languages = sorted({language, "en"})
    if found := _with_all(session, clauses, languages):
        return Found(found)
    mended, instead = _mended(clauses, _known(session, languages))
    if found := _with_all(session, mended, languages) if instead else ():
        return Found(found, instead)
    return Found(_matching(session, mended, languages, every=False), instead, partly=True)


def clauses_of(asked: str, language: Language) -> tuple[Clause, ...]:
    """What has a meaning in a question. Words that mean something together stay together: mot de passe."""
    typed, clauses = words(asked), list[Clause]()
    while typed:
        phrases = (" ".join(typed[:many]) for many in range(meaning.LONGEST_PHRASE, 1, -1))
        phrase = next((p for p in phrases if len(meaning.same(p)) > 1), typed[0])
        typed = typed[phrase.count(" ") + 1 :]
        if " " in phrase or not says_little(phrase, language):
            clauses.append(Clause(phrase, meaning.same(phrase)))
    return tuple(dict.fromkeys(clauses))[:MOST_WORDS]


def _with_all(session: Session, clauses: Sequence[Clause], languages: Sequence[str]) -> tuple[int, ...]:
    own = [Clause(clause.typed, (clause.typed,)) for clause in clauses]
    found = (*_matching(session, own, languages), *_matching(session, clauses, languages))
    return tuple(dict.fromkeys(found))


def _matching(
    session: Session, clauses: Sequence[Clause], languages: Sequence[str], *, every: bool = True
) -> tuple[int, ...]:
    """Words are letters and digits alone, so nothing in them is a sign of the engine's language."""
    if session.get_bind().dialect.name == "sqlite":
        either = (" OR ".join(f'"{term}"' for term in clause.terms) for clause in clauses)
        statement, asked = _SQLITE, (" AND " if every else " OR ").join(f"({one})" for one in either)
    else:
        either = (" | ".join(f"({' <-> '.join(term.split())})" for term in clause.terms) for clause in clauses)
        statement, asked = _POSTGRESQL, (" & " if every else " | ").join(f"({one})" for one in either)
    found = session.execute(statement, {"asked": asked, "languages": languages, "most": MOST_FOUND}).scalars()
    return tuple(dict.fromkeys(found))


def _known(session: Session, languages: Sequence[str]) -> set[str]:
    """Every word of the entries and of the meanings."""
    said = select(INDEX.c.question, INDEX.c.answer, INDEX.c.criteria).where(INDEX.c.language.in_(languages))
    return {*meaning.VOCABULARY, *(word for one in session.execute(said) for part in one for word in part.split())}


def _mended(clauses: Sequence[Clause], known: set[str]) -> tuple[list[Clause], dict[str, tuple[str, ...]]]:
    mended, instead = list[Clause](), dict[str, tuple[str, ...]]()
    for clause in clauses:
        unknown = " " not in clause.typed and len(clause.terms) == 1 and clause.typed not in known
        near = one_letter_off(clause.typed, known) if unknown else []
        if near:
            instead[clause.typed] = tuple(near)
            clause = Clause(clause.typed, tuple(dict.fromkeys(term for word in near for term in meaning.same(word))))
        mended.append(clause)
    return mended, instead
