"""Whoever asks in common words finds the answer, on both databases alike."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.permissions import Role
from lms.core.language import Language
from lms.faq import service
from lms.faq.search import INDEX, clauses_of, find
from tests.conftest import on_both
from tests.factories.people import make_person

from .world import AT, make_entry

SEALS = "Which seal goes on a loaded container?"
PASSWORDS = "How long must a password be?"
PESTS = "What do we do when insects are found in the cargo area?"
VISITORS = "May a visitor walk through the warehouse alone?"
CAMERAS = "How long do we keep the recordings of cameras?"
PARTNERS = "How often do we look at our suppliers?"


@pytest.fixture
def entries(session: Session) -> Mapping[str, int]:
    staff = make_person(session, role=Role.STAFF)
    return {
        SEALS: make_entry(
            session, staff, SEALS, "A high-security one, ISO 17712. It goes on as soon as the doors are closed.",
            spanish=("¿Qué precinto lleva un contenedor cargado?", "Uno de alta seguridad, en cuanto se cierran las puertas."),
            french=("Quel scellé pose-t-on sur un conteneur chargé ?", "Un scellé de haute sécurité."), criteria=("6.2",),
        ),
        PASSWORDS: make_entry(
            session, staff, PASSWORDS, "Twelve characters are common practice. A phrase is easier to remember.",
            spanish=("¿Qué tan larga debe ser una contraseña?", "Doce caracteres son práctica común."), criteria=("4.8",),
        ),
        PESTS: make_entry(session, staff, PESTS, "Stop loading and call your supervisor.", criteria=("8.1",)),
        VISITORS: make_entry(session, staff, VISITORS, "No. Somebody of yours walks along."),
        CAMERAS: make_entry(session, staff, CAMERAS, "Thirty days at least, so that an incident can be looked into."),
        PARTNERS: make_entry(session, staff, PARTNERS, "Once a year, and when something changes."),
    }  # fmt: skip


QUESTIONS: tuple[tuple[str, Language, str], ...] = (
    ("Which seal goes on a loaded container?", "en", SEALS),
    ("How do I lock a trailer?", "en", SEALS),
    ("padlocks for trucks", "en", SEALS),
    ("SEALING CONTAINERS", "en", SEALS),
    ("iso 17712", "en", SEALS),
    ("6.2", "en", SEALS),
    ("high-security", "en", SEALS),
    ("passphrase", "en", PASSWORDS),
    ("What about login?", "en", PASSWORDS),
    ("mot de passe", "fr", PASSWORDS),
    ("contraseñas", "es", PASSWORDS),
    ("CONTRASENA", "es", PASSWORDS),
    ("bugs in the freight", "en", PESTS),
    ("vermin", "en", PESTS),
    ("plagas en la carga", "es", PESTS),
    ("insectes", "fr", PESTS),
    ("¿Cómo cierro un tráiler?", "es", SEALS),
    ("candado", "es", SEALS),
    ("Comment verrouiller une remorque ?", "fr", SEALS),
    ("cadenas", "fr", SEALS),
    ("guests in the yard", "en", VISITORS),
    ("cctv footage", "en", CAMERAS),
    ("vendors every year", "en", PARTNERS),
    # A letter too many, too few, another one, two swapped.
    ("lock a trailler", "en", SEALS),
    ("contaner", "en", SEALS),
    ("vermim", "en", PESTS),
    ("pasword", "en", PASSWORDS),
    ("recordngis", "en", ""),
    ("supervisro", "en", PESTS),
)


@on_both
def test_common_words_find_the_answer(session: Session, entries: Mapping[str, int]) -> None:
    by_number = {number: question for question, number in entries.items()}
    found = {
        (asked, language): next((by_number[n] for n in find(session, asked, language).entries), "")
        for asked, language, _ in QUESTIONS
    }
    assert found == {(asked, language): right for asked, language, right in QUESTIONS}


@on_both
def test_what_was_looked_for_in_place_of_a_slip_is_told(session: Session, entries: Mapping[str, int]) -> None:
    found = find(session, "How do I lock a trialer?", "en")
    assert (found.entries, found.instead, found.partly) == ((entries[SEALS],), {"trialer": ("trailer",)}, False)
    assert find(session, "lock a trailer", "en").instead == {}


@on_both
def test_own_words_come_before_words_that_mean_the_same(session: Session, entries: Mapping[str, int]) -> None:
    """Both tell of a padlock, the older one in other words and more often."""
    staff = session.scalars(select(Person)).first()
    assert staff is not None
    padlock = make_entry(session, staff, "May we keep records in a cabinet?", "Yes, behind a padlock.")
    assert find(session, "padlock", "en").entries == (padlock, entries[SEALS])


@on_both
def test_without_all_words_some_are_enough_and_the_page_may_say_so(
    session: Session, entries: Mapping[str, int]
) -> None:
    found = find(session, "password for the xylophone", "en")
    assert (found.entries, found.partly) == ((entries[PASSWORDS],), True)
    assert find(session, "xylophone", "en").entries == ()


@on_both
def test_nothing_asked_finds_nothing(session: Session, entries: Mapping[str, int]) -> None:
    for asked in ("", "   ", "how do I", "¿?", "\N{ROLLING ON THE FLOOR LAUGHING}"):
        assert find(session, asked, "en").entries == (), asked


@on_both
@pytest.mark.parametrize(
    "asked", ['"', "' OR 1", "seal AND", "seal*", "NEAR(seal)", "question:seal", "a & | ! <->", "seal)(", "\\", "%_"]
)
def test_signs_of_the_engines_are_only_signs(session: Session, entries: Mapping[str, int], asked: str) -> None:
    found = find(session, asked, "en").entries
    assert found == ((entries[SEALS],) if "seal" in asked else ())


@on_both
def test_a_question_of_any_length_is_answered(session: Session, entries: Mapping[str, int]) -> None:
    assert entries[SEALS] in find(session, "seal " * 2000, "en").entries
    many = " ".join(f"word{n}" for n in range(300))
    assert find(session, many, "en").entries == ()


@on_both
def test_what_is_retired_is_not_found_until_it_is_restored(session: Session, entries: Mapping[str, int]) -> None:
    number = entries[PASSWORDS]
    service.retire(session, number, by_id=1, now=AT)
    session.commit()
    assert find(session, "password", "en").entries == ()
    service.restore(session, number, by_id=1, now=AT)
    session.commit()
    assert find(session, "password", "en").entries == (number,)


@on_both
def test_what_is_undone_was_never_found(session: Session, entries: Mapping[str, int]) -> None:
    service.retire(session, entries[PASSWORDS], by_id=1, now=AT)
    session.rollback()
    assert find(session, "password", "en").entries == (entries[PASSWORDS],)


@on_both
def test_the_index_is_written_anew_from_the_versions(app: Flask, session: Session, entries: Mapping[str, int]) -> None:
    rows = select(INDEX).order_by(INDEX.c.entry_id, INDEX.c.language)
    before = session.execute(rows).all()
    session.execute(INDEX.delete())
    session.commit()
    assert find(session, "password", "en").entries == ()
    session.rollback()
    result = app.test_cli_runner().invoke(args=["faq", "reindex"])
    assert (result.exit_code, result.stdout) == (0, "The search knows 6 entries.\n")
    assert session.execute(rows).all() == before


def test_several_words_with_one_meaning_stay_together() -> None:
    assert [c.typed for c in clauses_of("J'ai oublié mon mot de passe", "fr")] == ["oublie", "mot de passe"]
    assert [c.typed for c in clauses_of("Two-factor login, two-factor login", "en")] == ["two factor", "login"]
