"""Which column of a table states what: by its name, in the usual spellings. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.core.language import to_translate

from .told import Unreadable

# What a roster can state, in the order of the template; the names of its columns.
FIELDS = ("name", "email", "functions", "language", "site", "employee_number", "hired", "left")
# Two columns that stand for a name where there is none.
FIRST, LAST = "first_name", "last_name"
SPELLINGS: Mapping[str, str] = {
    "name": "name, full name, employee, employee name, person, nombre completo, nombre y apellidos, empleado, nom complet,"
    " nom et prénom, nom prénom, employé, employée",
    FIRST: "first name, given name, forename, nombre, nombres, nombre de pila, prénom",
    LAST: "last name, surname, family name, apellido, apellidos, nom de famille",
    "email": "email, e-mail, mail, email address, e-mail address, mail address, work email, correo, correo electrónico, email"
    " laboral, courriel, adresse courriel, adresse e-mail, adresse électronique, adresse mail",
    "functions": "functions, function, job functions, job function, job, role, roles, funciones, función, funciones laborales,"
    " puesto, fonctions, fonction, poste",
    "language": "language, lang, preferred language, idioma, lengua, langue",
    "site": "site, location, facility, plant, sitio, sede, planta, instalación, lieu, établissement, usine",
    "employee_number": "employee number, employee no, employee id, employee nr, personnel number, staff number, número de"
    " empleado, no de empleado, núm de empleado, id de empleado, matrícula, numéro d'employé, no d'employé, matricule",
    "hired": "hired, hired on, hire date, date hired, date of hire, start date, started, fecha de ingreso, fecha de alta, fecha de"
    " contratación, ingreso, date d'embauche, embauche, date d'entrée",
    "left": "left, left on, leave date, end date, date left, termination date, terminated, last day, fecha de baja, baja, fecha de"
    " salida, último día, date de départ, départ, date de sortie",
}

NO_HEADER = to_translate(
    "The first row holds a person, not the names of the columns. Put a row above it that names them: name, email, functions."
)
NONE_KNOWN = to_translate(
    "No column of this file is known: %(found)s. Name at least the columns email and name, as the template does."
)
NO_EMAIL = to_translate(
    "No column has the e-mail addresses. Name it email, as the template does; known so far: %(found)s."
)
TWICE = to_translate(
    "Two columns state the same: %(first)s and %(second)s. Take one out, or rename it, and hand the file in again."
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Field -> place of its column, and the names of the columns that nobody asks for."""

    places: Mapping[str, int]
    ignored: tuple[str, ...] = ()


def folded(text: str) -> str:
    """How a word is compared: no case, no accents, letters and digits alone."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", plain)


_FIELD = {folded(word): field for field, words in SPELLINGS.items() for word in words.split(",")} | {"nom": "name"}


def field_of(cell: str) -> str | None:
    """What a column of this name states; FIRST and LAST are parts of a name."""
    return _FIELD.get(folded(cell))


def recognized(header: Sequence[str]) -> Columns:
    """The columns of a table. Raises Unreadable where nothing can be done with them."""
    places: dict[str, int] = {}
    fields = _with_a_name([field_of(cell) for cell in header])
    for place, field in enumerate(fields):
        if field is None:
            continue
        if field in places:
            raise Unreadable(TWICE, first=header[places[field]][:60], second=header[place][:60])
        places[field] = place
    if "email" not in places:
        if any("@" in cell for cell in header):
            raise Unreadable(NO_HEADER)
        named = ", ".join(cell[:60] for cell in header if cell)[:300]
        raise Unreadable(NO_EMAIL if places else NONE_KNOWN, found=named)
    ignored = tuple(cell[:60] for cell, field in zip(header, fields, strict=True) if cell and field is None)
    return Columns(places, ignored[:20])


def _with_a_name(fields: list[str | None]) -> list[str | None]:
    """One way to state the name: a whole name where there is one, else its two parts; a first name alone is the whole."""
    if "name" in fields and FIRST in fields and LAST not in fields:
        return ["last_name" if f == "name" else f for f in fields]  # French: nom, prénom
    if "name" in fields:
        return [None if f in (FIRST, LAST) else f for f in fields]
    if FIRST in fields and LAST not in fields:
        return ["name" if f == FIRST else f for f in fields]
    return fields
