"""The description of the API in OpenAPI 3.1, made from the types of its answers. Pure."""

from functools import lru_cache
from typing import Any

import msgspec

from . import answers
from .addresses import ADDRESSES, BASE, Address

VERSION = "1"
ABOUT = """\
The figures of MSC Ready for programs: the same as on the pages under /program/, read-only. Make a token on /program/tokens/ and \
send it with each request as `Authorization: Bearer`. Days are whole days in America/New_York, moments are in UTC. Fields may be \
added; none is taken away or changes its meaning within this version."""
PATH = f"{BASE}/openapi.json"
SCHEMA = "#/components/schemas/{name}"
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
PROBLEMS = {
    400: "A part of the address means nothing here.",
    401: "There is no token, or it does not work.",
    404: "There is nothing at this address.",
    429: "Too many tokens that we never issued.",
    503: "Nothing has been published yet.",
}


@lru_cache(maxsize=4)
def document(site: str) -> bytes:
    """The description for the site at this address, as JSON."""
    types = (*(address.answer for address in ADDRESSES), answers.Problem, answers.Waiting)
    schemas, components = msgspec.json.schema_components(types, ref_template=SCHEMA)
    references = dict(zip(types, schemas, strict=True))
    described = {
        "openapi": "3.1.0",
        "info": {"title": "MSC Ready", "version": VERSION, "description": ABOUT},
        "servers": [{"url": site}],
        "security": [{"token": []}],
        "paths": {path_of(address): {"get": _operation(address, references)} for address in ADDRESSES} | _itself(),
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2)


def path_of(address: Address) -> str:
    """The path as OpenAPI writes it: {dimension} for Flask's <dimension>."""
    return BASE + address.path.replace("<", "{").replace(">", "}")


def _operation(address: Address, schemas: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    etag = {"ETag": {"description": "The same while the figures are.", "schema": {"type": "string"}}}
    waiting = {"description": "The figures are being counted.", "headers": RETRY}
    problem = {"application/problem+json": {"schema": schemas[answers.Problem]}}
    codes: dict[str, Any] = {
        "200": {
            "description": address.summary,
            "headers": etag,
            "content": {"application/json": {"schema": schemas[address.answer]}},
        },
        "202": {**waiting, "content": {"application/json": {"schema": schemas[answers.Waiting]}}},
        "304": {"description": "Nothing changed since the answer with the ETag of If-None-Match."},
    }
    for code, description in PROBLEMS.items():
        codes[str(code)] = {"description": description, "content": problem}
    codes["429"]["headers"] = RETRY
    return {
        "operationId": address.name,
        "summary": address.summary,
        "parameters": [
            {
                "name": p.name,
                "in": p.place,
                "required": p.place == "path",
                "description": p.description,
                "schema": p.schema,
            }
            for p in address.parameters
        ],
        "responses": codes,
    }


def _itself() -> dict[str, Any]:
    answer = {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        PATH: {
            "get": {
                "operationId": "openapi",
                "summary": "This description",
                "security": [],
                "responses": {"200": answer},
            }
        }
    }
