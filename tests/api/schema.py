"""As much of JSON Schema as the description of the API uses. A keyword that is not known here is an error of the check."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
SAID = {"title", "description", "default"}


def problems(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], at: str = "$") -> list[str]:
    """What of the value does not fit the schema; [] for nothing."""
    found: list[str] = []
    for word, wanted in schema.items():
        if word in SAID:
            continue
        found += CHECKS[word](value, wanted, schema, document, at)
    return found


def _ref(value: Any, wanted: str, _schema: Any, document: Any, at: str) -> list[str]:
    target = document
    for part in wanted.removeprefix("#/").split("/"):
        target = target[part]
    return problems(value, target, document, at)


def _type(value: Any, wanted: str, _schema: Any, _document: Any, at: str) -> list[str]:
    fits = isinstance(value, TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))
    return [] if fits else [f"{at} is {value!r}, no {wanted}"]


def _any_of(value: Any, wanted: Any, _schema: Any, document: Any, at: str) -> list[str]:
    fits = any(not problems(value, one, document, at) for one in wanted)
    return [] if fits else [f"{at} is {value!r}, none of {len(wanted)} kinds"]


def _enum(value: Any, wanted: Any, _schema: Any, _document: Any, at: str) -> list[str]:
    return [] if value in wanted else [f"{at} is {value!r}, not one of {wanted}"]


def _format(value: Any, wanted: str, _schema: Any, _document: Any, at: str) -> list[str]:
    try:
        FORMATS[wanted](value)
    except (TypeError, ValueError):
        return [f"{at} is {value!r}, no {wanted}"]
    return []


def _properties(value: Any, wanted: Any, _schema: Any, document: Any, at: str) -> list[str]:
    """A field that is not described is a problem too: the description names every one."""
    if not isinstance(value, dict):
        return []
    found = [f"{at}.{name} is not described" for name in value.keys() - wanted.keys()]
    for name in value.keys() & wanted.keys():
        found += problems(value[name], wanted[name], document, f"{at}.{name}")
    return found


def _required(value: Any, wanted: Any, _schema: Any, _document: Any, at: str) -> list[str]:
    return [f"{at}.{name} is not there" for name in wanted if isinstance(value, dict) and name not in value]


def _items(value: Any, wanted: Any, _schema: Any, document: Any, at: str) -> list[str]:
    if not isinstance(value, list):
        return []
    return [p for n, one in enumerate(value) for p in problems(one, wanted, document, f"{at}[{n}]")]


def _additional(value: Any, wanted: Any, schema: Any, document: Any, at: str) -> list[str]:
    others = [name for name in value if name not in schema.get("properties", {})] if isinstance(value, dict) else []
    return [p for name in others for p in problems(value[name], wanted, document, f"{at}.{name}")]


CHECKS: dict[str, Callable[..., list[str]]] = {
    "$ref": _ref,
    "type": _type,
    "anyOf": _any_of,
    "enum": _enum,
    "format": _format,
    "properties": _properties,
    "required": _required,
    "items": _items,
    "additionalProperties": _additional,
}
