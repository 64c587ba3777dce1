"""What would become of each row, given what is known."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.permissions import Role
from lms.roster import rules
from lms.roster.entries import Entry
from lms.roster.rules import Known, Plan
from lms.roster.told import told

TODAY = date(2027, 1, 4)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ANA = Known(1, "Ana Ejemplo", "ana@x.example", Role.LEARNER, ("driver",), began_on=date(2020, 4, 3))
LEFT = Known(2, "Ben Muestra", "ben@x.example", Role.LEARNER, has_access=False, since=date(2026, 1, 1))


def plans(*entries: Entry, ours: tuple[Known, ...] = (ANA, LEFT), **how: Any) -> list[Plan]:
    return rules.plans(entries, ours, today=TODAY, **{"whole": False, **how})


def plan(ours: Known | None = ANA, **stated: Any) -> Plan:
    entry = Entry(2, **{"email": ours.email if ours else "new@x.example", **stated})
    (found,) = plans(entry, ours=(ours,) if ours else ())
    assert all(message % parts for message, parts in found.told)
    return found


def messages(found: Plan) -> list[str]:
    return [message for message, _ in found.told]


def test_a_new_address_is_added_when_there_is_a_name() -> None:
    found = plan(None, name="Zoë", functions=("driver", "it"))
    assert found.outcome == "add"
    assert found.told[0] == told(rules.ADDED_FUNCTIONS, functions=["driver", "it"]), (
        "what was read shows before it is applied"
    )
    assert plan(None, name="Zoë").told[0] == told(rules.ADDED_FUNCTIONS, functions=[])
    assert messages(plan(None)) == [rules.NO_NAME]


def test_what_is_known_already_changes_nothing() -> None:
    found = plan(name="Ana Ejemplo", functions=("driver",), hired=date(2020, 4, 3))
    assert (found.outcome, found.changes) == ("same", {})
    assert plan().outcome == "same", "an empty cell leaves what is known"


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "Ana Sample", "name"),
        ("functions", (), "functions"),
        ("functions", ("it",), "functions"),
        ("language", "es", "language"),
        ("site", "Dock 4", "site"),
        ("employee_number", "17", "employee_number"),
        ("hired", date(2021, 1, 1), "hired"),
        ("left", TOMORROW, "access_until"),
        ("left", TODAY, "access_until"),
    ],
)
def test_a_row_that_states_something_else_is_a_change(field: str, value: object, kept: str) -> None:
    found = plan(**{field: value})
    assert (found.outcome, found.changes) == ("change", {kept: value})
    assert messages(found)[0] in (rules.CHANGES[kept], rules.FIRST_TIME.get(kept))


def test_the_language_that_somebody_chose_stays() -> None:
    french = Known(1, "Ana", "ana@x.example", Role.LEARNER, language="fr")
    assert plan(french, language="es").outcome == "same"


def test_a_last_day_that_is_over_ends_and_twice_is_once() -> None:
    assert plan(left=YESTERDAY).outcome == "end"
    assert plan(LEFT, left=YESTERDAY).outcome == "same"
    assert messages(plan(None, name="Zoë", left=YESTERDAY)) == [rules.NEVER_HERE]
    suspended = Known(3, "Kim", "kim@x.example", Role.LEARNER, has_access=False, began_on=TODAY)
    assert plan(suspended, left=YESTERDAY).outcome == "end"


def test_whoever_had_left_returns() -> None:
    found = plan(LEFT, name="Ben Sample", left=TOMORROW)
    assert found.outcome == "return"
    assert found.changes == {"name": "Ben Sample", "access_until": TOMORROW}


def test_no_day_of_hire_reaches_back_into_another_company() -> None:
    moved = Known(1, "Ana", "ana@x.example", Role.LEARNER, began_on=date(2026, 5, 1), since=date(2026, 5, 1))
    assert plan(moved, hired=date(2000, 1, 1)).outcome == "same"
    assert plan(moved, hired=date(2026, 6, 1)).changes == {"hired": date(2026, 6, 1)}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TRAINER, Role.STAFF, Role.ADMIN])
def test_a_roster_ends_nobody_who_does_more_than_learn(role: Role) -> None:
    robin = Known(1, "Robin", "robin@x.example", role, began_on=YESTERDAY)
    assert plan(robin, left=YESTERDAY).outcome == "problem"
    assert plan(robin, left=TOMORROW).outcome == "problem"
    assert [p.outcome for p in plans(Entry(2, "new@x.example", "New"), ours=(robin,), whole=True)] == ["add"]
    assert plan(robin, site="Dock 4").outcome == ("change" if role is Role.COORDINATOR else "problem")
    gone = Known(1, "Robin", "robin@x.example", role, has_access=False)
    assert plan(gone).outcome == "problem"


def test_repeated_addresses_name_every_row() -> None:
    entries = [Entry(line, "new@x.example", "New") for line in (2, 5, 9)]
    for found in plans(*entries, Entry(6, "other@x.example", "Other"))[:3]:
        assert found.told == (rules.told(rules.REPEATED, email="new@x.example", lines="2, 5, 9"),)
    many = plans(*(Entry(line, "new@x.example", "New") for line in range(2, 20)))
    assert many[0].told[0][1]["lines"] == "2, 3, 4, 5, 6 …"


def test_employee_numbers_belong_to_one_person() -> None:
    twice = plans(Entry(2, "a@x.example", "A", employee_number="7"), Entry(3, "b@x.example", "B", employee_number="7"))
    assert {messages(p)[0] for p in twice} == {rules.NUMBER_REPEATED}
    ana, ben = (Known(n, "X", f"{n}@x.example", Role.LEARNER, employee_number=str(n)) for n in (1, 2))
    taken = plans(Entry(2, "new@x.example", "New", employee_number="1"), ours=(ana, ben))
    assert messages(taken[0]) == [rules.NUMBER_OF_ANOTHER]
    swapped = (Entry(2, ana.email, employee_number="2"), Entry(3, ben.email, employee_number="1"))
    assert [p.outcome for p in plans(*swapped, ours=(ana, ben))] == ["change", "change"]


def test_whoever_is_not_in_the_file_has_left_when_it_has_everybody() -> None:
    zoe = Known(9, "Zoë", "zoe@x.example", Role.LEARNER)
    found = plans(Entry(4, "new@x.example", "New"), ours=(zoe, ANA, LEFT), whole=True)
    assert [(p.outcome, p.entry.line, p.entry.email) for p in found] == [
        ("add", 4, "new@x.example"),
        ("gone", 5, ANA.email),
        ("gone", 6, zoe.email),
    ]
    assert "gone" not in rules.counted(plans(Entry(4, "new@x.example", "New"), ours=(zoe, ANA, LEFT)))


def test_somebody_whose_row_has_a_problem_is_in_the_file() -> None:
    wrong = Entry(2, ANA.email, problems=(rules.told("Something"),))
    assert [p.outcome for p in plans(wrong, whole=True)] == ["problem"]


def test_when_a_roster_may_be_applied() -> None:
    assert rules.ready({"add": 1}, whole=True, leave_out=False)
    assert not rules.ready({"add": 1, "problem": 1}, whole=False, leave_out=False)
    assert rules.ready({"add": 1, "problem": 1}, whole=False, leave_out=True)
    assert not rules.ready({"add": 1, "problem": 1}, whole=True, leave_out=True), (
        "whoever is in that row would have left"
    )
    assert rules.nothing_to_do({"same": 3, "problem": 1})
    assert not rules.nothing_to_do({"gone": 1})


EMAILS = st.sampled_from([f"{n}@x.example" for n in range(6)])
DAYS = st.none() | st.sampled_from([YESTERDAY, TODAY, TOMORROW])
ENTRIES = st.builds(
    Entry,
    line=st.just(0),
    email=EMAILS,
    name=st.none() | st.sampled_from(["Ana", "Ben"]),
    functions=st.none() | st.sampled_from([(), ("driver",)]),
    employee_number=st.none() | st.sampled_from(["1", "2"]),
    left=DAYS,
)
PEOPLE = st.builds(
    Known,
    id=st.integers(1, 99),
    name=st.sampled_from(["Ana", "Ben"]),
    email=EMAILS,
    role=st.sampled_from(Role),
    employee_number=st.none() | st.sampled_from(["1", "2"]),
    has_access=st.booleans(),
    began_on=st.none() | st.just(YESTERDAY),
)


@given(st.lists(ENTRIES, max_size=8), st.lists(PEOPLE, max_size=6, unique_by=lambda p: p.email), st.booleans())
def test_every_row_has_one_outcome_and_nobody_above_a_learner_is_ended(
    made: list[Entry], ours: list[Known], whole: bool
) -> None:
    entries = [Entry(**{**_fields(entry), "line": line}) for line, entry in enumerate(made, 2)]
    found = rules.plans(entries, ours, today=TODAY, whole=whole)
    assert [p.entry.line for p in found[: len(entries)]] == [entry.line for entry in entries]
    assert sum(rules.counted(found).values()) == len(found)
    assert len({p.entry.line for p in found}) == len(found)
    assert all(p.outcome == "gone" for p in found[len(entries) :])
    done = [p.entry.email for p in found if p.outcome not in ("problem", "same")]
    assert len(done) == len(set(done)), "nobody is changed twice"
    for p in found:
        assert p.told
        if p.outcome in ("end", "gone", "return"):
            assert p.person is not None
            assert p.person.role is Role.LEARNER
        if p.outcome == "add":
            assert p.person is None
            assert p.entry.email not in {person.email for person in ours}
    assert rules.digest(found) == rules.digest(rules.plans(entries, ours, today=TODAY, whole=whole))


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__slots__}
