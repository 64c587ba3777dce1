"""The description says all there is, and every answer fits it."""

import json
import re
from typing import Any

import msgspec
import pytest
from flask import Flask

from lms.api import openapi
from lms.api.addresses import ADDRESSES, BASE, Address
from lms.api.answers import Problem, Waiting
from tests.conftest import on_both

from .conftest import Ask
from .schema import problems

ASKED = {
    "figures": ["", "?entity=importers", "?phase=1&day=2018-12-10", "?module=seal-security/seals"],
    "figures_by": [f"/figures/by/{side}" for side in ("category", "focus_area", "phase", "entity", "office", "country")]
    + [f"/figures/by/{side}?day=2018-12-01" for side in ("size", "function", "language", "level")],
    "trend": ["", "?office=miami"],
    "companies": ["", "?limit=1", "?limit=1&after=1", "?order=ahead&category=6"],
    "rows": ["", "?limit=2", "?status=overdue", "?function=loader&language=es"],
    "forecast": ["", "?target=enforcement", "?day=2018-12-16&target=phase-1"],
    "criteria": ["", "?entity=importers"],
}
CASES = [(a, path if path.startswith("/") else a.path + path) for a in ADDRESSES for path in ASKED[a.name]]


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    """Anybody may read the description."""
    answer = app.test_client(use_cookies=False).get(openapi.PATH)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    document: dict[str, Any] = json.loads(answer.data)
    return document


def test_every_address_is_described_and_no_other(app: Flask, described: dict[str, Any]) -> None:
    rules = {re.sub(r"<([a-z_]+)>", r"{\1}", r.rule) for r in app.url_map.iter_rules() if r.rule.startswith(f"{BASE}/")}
    assert set(described["paths"]) == rules


def test_the_description_is_whole(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "http://localhost"}]
    assert described["security"] == [{"token": []}]
    names = [operation["get"]["operationId"] for operation in described["paths"].values()]
    assert len(set(names)) == len(names)
    for path, operation in described["paths"].items():
        assert set(operation) == {"get"}
        in_path = {p["name"] for p in operation["get"].get("parameters", ()) if p["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
    for reference in re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', json.dumps(described)):
        assert reference in described["components"]["schemas"]


@on_both
@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(("address", "path"), CASES, ids=[path for _, path in CASES])
def test_an_answer_fits_its_description(described: dict[str, Any], ask: Ask, address: Address, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 200, answer.data
    operation = described["paths"][openapi.path_of(address)]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert problems(answer.json, schema, described) == []
    read = msgspec.json.decode(answer.data, type=address.answer, strict=True)
    assert json.loads(msgspec.json.encode(read)) == answer.json


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: a.name)
def test_every_parameter_that_is_described_is_taken(ask: Ask, described: dict[str, Any], address: Address) -> None:
    parameters = described["paths"][openapi.path_of(address)]["get"]["parameters"]
    for parameter in parameters:
        if parameter["in"] == "query":
            answer = ask(f"{address.path.replace('<dimension>', 'entity')}?{parameter['name']}=")
            assert "takes no parameter" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("path", "code"), [("/figures?x=1", "400"), ("/figures/by/x", "404")])
def test_a_problem_fits_its_description(described: dict[str, Any], ask: Ask, path: str, code: str) -> None:
    answer = ask(path)
    schema = described["paths"][f"{BASE}/figures"]["get"]["responses"][code]["content"]["application/problem+json"][
        "schema"
    ]
    assert str(answer.status_code) == code
    assert problems(answer.json, schema, described) == []
    assert msgspec.json.decode(answer.data, type=Problem).status == int(code)


def test_the_check_itself_finds_mistakes(described: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Waiting"}
    right = msgspec.to_builtins(Waiting("being counted", "Ask again."))
    assert problems(right, schema, described) == []
    for wrong in ({}, right | {"status": "done"}, right | {"detail": 5}, right | {"more": 1}, []):
        assert problems(wrong, schema, described)
