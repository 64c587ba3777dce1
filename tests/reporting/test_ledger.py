"""Changes by day add up to what a recount of every requirement finds, on any day and for any history."""

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.reporting import ledger
from lms.reporting.histories import Change, Now, Past, history
from lms.reporting.ledger import CompanyFacts, Done, History, Need, PersonFacts, Series, days_of, pack, unpack
from lms.reporting.rules import Figures, Status, status

FIRST = date(2026, 10, 1).toordinal()
DAYS = 30
days = st.integers(FIRST, FIRST + DAYS)
AREAS = {1: "corporate", 2: "corporate", 3: "transport"}
counts = st.lists(st.integers(-(10**9), 10**9), min_size=11, max_size=11)


@st.composite
def needs(draw: st.DrawFn) -> tuple[Need, ...]:
    categories = draw(st.lists(st.sampled_from(list(AREAS)), min_size=1, max_size=4))
    return tuple(Need(c, draw(st.integers(1, 2)), AREAS[c], draw(st.booleans()), draw(days)) for c in categories)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Begun; completed some times one after the other, the last one standing or not."""
    began, *moments = sorted(draw(st.lists(days, min_size=1, max_size=7)))
    done = [Done(moments[n], moments[n + 1], draw(st.none() | days)) for n in range(0, len(moments) - 1, 2)]
    if len(moments) % 2:
        done.append(Done(moments[-1]))
    return History(began, tuple(done), draw(st.none() | days))


@st.composite
def people(draw: st.DrawFn, needed: tuple[tuple[Need, ...], ...]) -> PersonFacts:
    number = draw(st.integers(0, len(needed) - 1))
    places = draw(st.sets(st.integers(0, len(needed[number]) - 1)))
    return PersonFacts(
        joined=draw(days),
        left=draw(st.none() | days),
        language=draw(st.sampled_from(("en", "es"))),
        functions=tuple(sorted(draw(st.sets(st.sampled_from(("driver", "guard")))))),
        needs=number,
        done={place: draw(histories()) for place in sorted(places)},
    )


@st.composite
def companies(draw: st.DrawFn) -> CompanyFacts:
    needed = (draw(needs()), draw(needs()))
    types = tuple(sorted(draw(st.sets(st.sampled_from(("importers", "carriers"))))))
    members = tuple(draw(st.lists(people(needed), max_size=4)))
    return CompanyFacts(types, draw(st.sampled_from(("miami", "unknown"))), "US", "small", needed, members)


def due_on(need: Need, done: History | None, day: int) -> int:
    """By when a requirement that is open on a day is due."""
    due = need.due
    if done and not done.done and done.again:
        return done.again
    for one in done.done if done else ():
        if one.until is not None and one.until <= day and one.on <= day:
            due = need.due if one.due is None else one.due
    return due


def requirements(company: CompanyFacts, day: int) -> Iterator[tuple[int, PersonFacts, Need, Status, bool, bool]]:
    """Every requirement of a day, with its person's place, its status, whether it was begun, and first done in time."""
    for place, person in enumerate(company.people):
        if person.joined > day or (person.left is not None and person.left <= day):
            continue
        for number, need in enumerate(company.needs[person.needs]):
            done = person.done.get(number)
            stands = any(
                one.on <= day and (one.until is None or day < one.until) for one in (done.done if done else ())
            )
            begun = done is not None and done.began <= day
            stood = status(
                started=begun,
                completed=stands,
                due=date.fromordinal(due_on(need, done, day)),
                today=date.fromordinal(day),
            )
            first = done.done[0].on if done and done.done else None
            yield place, person, need, stood, begun, first is not None and first <= min(day, need.due)


def belongs(group: ledger.Group, company: CompanyFacts, person: PersonFacts, need: Need) -> bool:
    dimension, value, topic = group
    topics = ("all", f"category:{need.category}", f"phase:{need.phase}", f"area:{need.area}")
    sides = {
        "all": ("",),
        "entity": company.entities,
        "office": (company.office,),
        "country": (company.country,),
        "size": (company.size,),
        "function": person.functions or ("none",),
        "language": (person.language,),
        "level": ("must" if need.must else "should",),
    }
    return topic in topics and value in sides[dimension]


def recounted(company: CompanyFacts, group: ledger.Group, day: int) -> Figures:
    found = [one for one in requirements(company, day) if belongs(group, company, one[1], one[2])]
    states = [stood for _, _, _, stood, _, _ in found]
    return Figures(
        required=len(found),
        complete=states.count(Status.COMPLETE),
        started=states.count(Status.STARTED),
        overdue=states.count(Status.OVERDUE),
        begun=sum(begun and stood is not Status.COMPLETE for *_, stood, begun, _ in found),
        people=len({place for place, *_ in found}),
        behind=len({place for place, _, _, stood, _, _ in found if stood is Status.OVERDUE}),
        unfinished=len({place for place, _, _, stood, _, _ in found if stood is not Status.COMPLETE}),
        on_time=sum(in_time for *_, in_time in found),
        companies=1 if found else 0,
    )


def every_group(company: CompanyFacts) -> set[ledger.Group]:
    sides = {("all", ""), ("office", company.office), ("country", company.country), ("size", company.size)}
    sides |= {("entity", entity) for entity in (*company.entities, "exporters")}
    sides |= {("language", "en"), ("language", "es"), ("level", "must"), ("level", "should")}
    sides |= {("function", function) for function in ("driver", "guard", "none")}
    topics = ("all", "category:1", "category:2", "phase:1", "phase:2", "area:corporate", "area:transport")
    return {(dimension, value, topic) for dimension, value in sides for topic in topics}


@settings(max_examples=150, deadline=None)
@given(companies(), st.integers(FIRST - 1, FIRST + DAYS + 2))
def test_the_figures_of_any_day_equal_a_recount_of_every_requirement(company: CompanyFacts, day: int) -> None:
    changes = days_of(company)
    found = {group: Series(changes.get(group, {})).at(date.fromordinal(day)) for group in every_group(company)}
    assert found == {group: recounted(company, group, day) for group in every_group(company)}
    assert changes.keys() <= every_group(company) | {(d, v, "category:3") for d, v, _ in every_group(company)}


@settings(max_examples=100, deadline=None)
@given(companies())
def test_what_falls_due_is_counted_once_for_everybody_with_access(company: CompanyFacts) -> None:
    dues: dict[date, int] = {}
    for person in company.people:
        for number, need in enumerate(company.needs[person.needs]) if person.left is None else ():
            done = person.done.get(number)
            day = date.fromordinal(done.again if done and done.again else need.due)
            dues[day] = dues.get(day, 0) + 1
    assert Series(days_of(company).get(("all", "", "all"), {})).dues() == dues


@settings(max_examples=100, deadline=None)
@given(companies())
def test_the_days_of_change_are_those_on_which_figures_differ(company: CompanyFacts) -> None:
    series = Series(days_of(company).get(("all", "", "all"), {}))
    day = date.fromordinal(FIRST - 2)
    seen = series.at(day)
    while (following := series.next_change(day)) is not None:
        between = [day + timedelta(days=n) for n in range((following - day).days)]
        assert {series.at(one) for one in between} == {seen}
        assert all(series.complete_by(one) == seen.complete for one in between)
        day, seen = following, series.at(following)
    assert series.at(day + timedelta(days=400)) == seen


@given(counts, counts)
def test_counts_side_by_side_in_one_number_add_up_each_for_itself(one: list[int], other: list[int]) -> None:
    assert unpack(pack(one) + pack(other)) == tuple(a + b for a, b in zip(one, other, strict=True))
    assert unpack(pack(one) - pack(other)) == tuple(a - b for a, b in zip(one, other, strict=True))


def day(number: int) -> date:
    return date(2026, 10, number)


def stood(found: History) -> list[tuple[int, int | None, int | None]]:
    base = date(2026, 9, 30).toordinal()
    return [(one.on - base, one.until and one.until - base, one.due and one.due - base) for one in found.done]


def test_a_completion_stands_while_the_row_of_progress_says_so() -> None:
    now = Now(day(1), day(3), None)
    assert stood(history(now, [Past(day(3), day(20), 1)], [], today=day(25), retraining_days=5)) == [(3, None, None)]
    assert stood(history(now, [], [], today=day(25), retraining_days=5)) == [(3, None, None)]


def test_an_expired_completion_ends_the_day_after_its_validity_and_is_due_by_its_last_day() -> None:
    now = Now(day(1), None, day(20))
    assert stood(history(now, [Past(day(3), day(20), 1)], [], today=day(25), retraining_days=5)) == [(3, 21, 20)]
    renewed = [Past(day(3), day(20), 1), Past(day(23), day(30), 1)]
    found = history(Now(day(1), day(23), None), renewed, [], today=day(25), retraining_days=5)
    assert stood(found) == [(3, 21, 20), (23, None, None)]


def test_a_renewal_in_time_leaves_no_gap() -> None:
    renewed = [Past(day(3), day(20), 1), Past(day(15), day(30), 1)]
    found = history(Now(day(1), day(15), None), renewed, [], today=day(25), retraining_days=5)
    assert stood(found) == [(3, None, None)]


def test_a_change_ends_what_was_completed_without_it() -> None:
    changes = [Change(2, day(10))]
    past = [Past(day(3), day(30), 1)]
    found = history(Now(day(1), None, day(15)), past, changes, today=day(25), retraining_days=5)
    assert stood(found) == [(3, 10, 15)]
    again = [*past, Past(day(12), day(30), 2)]
    found = history(Now(day(1), day(12), None), again, changes, today=day(25), retraining_days=5)
    assert stood(found) == [(3, 10, 15), (12, None, None)]


def test_what_was_completed_without_the_newest_change_ends_on_its_own_day() -> None:
    changes = [Change(2, day(10))]
    found = history(Now(day(1), None, day(17)), [Past(day(12), day(30), 1)], changes, today=day(25), retraining_days=5)
    assert stood(found) == [(12, 12, 17)]
