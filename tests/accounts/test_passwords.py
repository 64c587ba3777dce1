"""Hashing: right, wrong, nobody's, and not too much at once."""

from threading import BoundedSemaphore

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from lms.accounts import passwords

PHRASE = "correct horse battery staple"


def test_only_the_right_password_matches() -> None:
    kept = passwords.hashed(PHRASE)
    assert passwords.matches(PHRASE, kept)
    assert not passwords.matches(PHRASE + " ", kept)
    assert PHRASE not in kept


def test_a_letter_is_the_same_however_a_keyboard_composes_it() -> None:
    assert passwords.matches("contrasen\u0303a larga", passwords.hashed("contrase\u00f1a larga"))


def test_nobody_has_the_password_of_nobody() -> None:
    assert not passwords.matches(PHRASE, None)
    assert not passwords.matches("", None)


def test_an_unknown_address_costs_what_a_known_one_does() -> None:
    """The dummy has the settings of every other hash; if those change, it must too."""
    costs = [hash_.split("$")[1:4] for hash_ in (passwords.NOBODYS, passwords.hashed(PHRASE))]
    assert costs[0] == costs[1]
    assert Argon2Hasher.identify(passwords.NOBODYS)


def test_a_flood_of_sign_ins_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(passwords, "_turns", full)
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with pytest.raises(passwords.TooBusy):
        passwords.hashed(PHRASE)
    with pytest.raises(passwords.TooBusy):
        passwords.matches(PHRASE, None)
    full.release()
    assert not passwords.matches(PHRASE, None)
    assert full.acquire(blocking=False), "the turn was given back"
