"""What the facts add up to, module by module, criterion by criterion and person by person. Pure."""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lms.content.course import Module
from lms.content.framework import Criterion
from lms.content.library import Library
from lms.content.scope import concerns
from lms.core.language import Language

from .facts import Done, Facts, Member, Need, Refresher, Try, refreshers, standing_done
from .rules import CRITERIA

_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_OBJECTIVE = {"en": "After this module", "es": "Al terminar este módulo", "fr": "À la fin de ce module"}


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module that is required of somebody, or was taken in the period.

    `language` is that of `title` and `objective`: English where the module is not translated. `trained` are those of whom it
    is required with a completion that stands on the last day; `people` completed it in the period. Scores are whole percent,
    rounded down, None where nobody tried; `first_passed` of `first_tries` passed the first time. Of a module that the site no
    longer has, only the key is known.
    """

    key: str
    title: str
    language: Language
    category: int
    objective: str
    criteria: tuple[str, ...]
    asked: int
    pass_mark: int | None
    need: Need | None
    trained: int
    people: int
    tries: int
    first_tries: int
    first_passed: int
    first_mean: int | None
    final_mean: int | None

    @property
    def required(self) -> int:
        return len(self.need.people) if self.need else 0


@dataclass(frozen=True, slots=True)
class Covered:
    """A criterion that concerns the company, and the modules that teach it. `required` and `trained` are people of whom at
    least one of these is required, and those of them with a completion that stands; `people` completed one in the period."""

    criterion: Criterion
    modules: tuple[ModuleLine, ...]
    required: int
    trained: int
    people: int


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person of the roster: how many required modules stand on the last day, how many completions the period has."""

    member: Member
    required: int
    trained: int
    completions: int
    first: date | None


@dataclass(frozen=True, slots=True)
class Criterion12:
    """A criterion of category 12 in the order of the packet; `covered` None: it does not concern the company, or the site holds
    no text of it, which `criterion` None says."""

    id: str
    criterion: Criterion | None
    covered: Covered | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the document counts. `joined` are those of the roster whose first day lies in the period."""

    modules: Mapping[str, ModuleLine]
    criteria: tuple[Criterion12, ...]
    coverage: tuple[Covered, ...]
    roster: tuple[RosterLine, ...]
    refreshers: tuple[Refresher, ...]
    joined: tuple[RosterLine, ...]


def summarize(facts: Facts, library: Library, language: Language, ahead: date) -> Summary:
    """`ahead` is the day up to which the end of a validity wants its refresher now."""
    standing = standing_done(facts)
    done: dict[str, list[Done]] = defaultdict(list)
    for one in facts.new_done:
        done[one.module].append(one)
    tries: dict[str, list[Try]] = defaultdict(list)
    for attempt in facts.new_tries:
        tries[attempt.module].append(attempt)
    needs = {need.module: need for need in facts.needs}
    order = {key: place for place, key in enumerate(library.modules)}
    modules = {
        key: _module(key, library.module(key, language), needs.get(key), done[key], tries[key], standing)
        for key in sorted(needs.keys() | done.keys() | tries.keys(), key=lambda key: (order.get(key, len(order)), key))
    }
    framework, company = library.framework, facts.company
    coverage = {
        c.id: _covered(c, modules, done, standing)
        for c in sorted(framework.criteria.values(), key=lambda c: c.sort_key)
        if concerns(c, framework, company.entities, company.declined)
    }
    roster = _roster(facts, standing)
    return Summary(
        modules=modules,
        criteria=tuple(Criterion12(id_, framework.criteria.get(id_), coverage.get(id_)) for id_ in CRITERIA),
        coverage=tuple(coverage.values()),
        roster=roster,
        refreshers=refreshers(facts, ahead),
        joined=tuple(line for line in roster if line.member.began and facts.period.holds(line.member.began)),
    )


def objective(module: Module) -> str:
    """What the module says one can do after it, as plain text: from the words on that use to begin the sentence, else the last
    paragraph before its first section."""
    paragraphs = [" ".join(html.unescape(_TAG.sub("", p)).split()) for p in _PARAGRAPH.findall(module.opening)]
    begin = _OBJECTIVE[module.language]
    return next((p[p.index(begin) :] for p in paragraphs if begin in p), paragraphs[-1] if paragraphs else "")


def in_order(ids: Iterable[str]) -> tuple[str, ...]:
    """4.2 comes before 4.10."""
    return tuple(sorted(ids, key=lambda id_: tuple(int(part) for part in id_.split("."))))


def _module(
    key: str,
    module: Module | None,
    need: Need | None,
    done: Collection[Done],
    tries: Collection[Try],
    standing: Mapping[str, frozenset[int]],
) -> ModuleLine:
    whole = [t for t in tries if not t.delta]
    first = [t for t in whole if t.number == 1]
    return ModuleLine(
        key=key,
        title=module.title if module else key,
        language=module.language if module else "en",
        category=module.category if module else 0,
        objective=objective(module) if module else "",
        criteria=in_order(need.criteria if need else module.criteria if module else ()),
        asked=module.asked if module else 0,
        pass_mark=module.pass_mark if module else None,
        need=need,
        trained=len(need.people & standing.get(key, frozenset())) if need else 0,
        people=len({d.person for d in done}),
        tries=len(whole),
        first_tries=len(first),
        first_passed=sum(t.passed for t in first),
        first_mean=_mean([t.percent for t in first]),
        final_mean=_mean([d.percent for d in done]),
    )


def _mean(percents: Collection[int]) -> int | None:
    return sum(percents) // len(percents) if percents else None


def _covered(
    criterion: Criterion,
    modules: Mapping[str, ModuleLine],
    done: Mapping[str, Collection[Done]],
    standing: Mapping[str, frozenset[int]],
) -> Covered:
    teaching = tuple(m for m in modules.values() if criterion.id in m.criteria)
    required: set[int] = set()
    trained: set[int] = set()
    for line in teaching:
        if line.need:
            required |= line.need.people
            trained |= line.need.people & standing.get(line.key, frozenset())
    people = {d.person for line in teaching for d in done[line.key]}
    return Covered(criterion, teaching, len(required), len(trained), len(people))


def _roster(facts: Facts, standing: Mapping[str, frozenset[int]]) -> tuple[RosterLine, ...]:
    required: Counter[int] = Counter()
    trained: Counter[int] = Counter()
    for need in facts.needs:
        required.update(need.people)
        trained.update(need.people & standing.get(need.module, frozenset()))
    completions = Counter(d.person for d in facts.new_done)
    first: dict[int, date] = {}
    for one in facts.done:
        first.setdefault(one.person, one.day)
    return tuple(
        RosterLine(m, required[m.id], trained[m.id], completions[m.id], first.get(m.id)) for m in facts.members
    )
