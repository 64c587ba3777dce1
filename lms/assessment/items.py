"""Item analysis: how each question of a quiz does its work, told from first attempts. Pure, and exact.

Nothing is told of fewer than LEAST first attempts, neither of a question nor of a part of those who were asked it.

- Facility is the mean share of the question's points that was earned, 0 to 1.
- Discrimination is the item-rest correlation, -1 to 1: the point-biserial correlation of a question with the score on the other
  questions of the same attempt, "corrected" in that the question is no part of what it is held against (Henrysson, Correction
  of item-total correlations in item analysis, Psychometrika 28, 1963; what Moodle calls discrimination index). With part points
  it is Pearson's r, of which the point-biserial is the case of right or wrong:
  r = (n Sxy - Sx Sy) / sqrt((n Sxx - Sx Sx) (n Syy - Sy Sy)), x the share of the question's points, y that of all others.
- The upper and the lower third are those with the best and the poorest scores, see assessment.choices.

The limits are those of the product. Below 0.2 Ebel and Frisbie (Essentials of Educational Measurement, 1991) call a question poor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import copysign, sqrt
from operator import mul
from statistics import median
from typing import Literal, TypeVar

from markupsafe import Markup

from lms.content.course import Language, Module, Question

from .choices import Choice, Forms, Row, choices, likely_key_error, thirds, whole

LEAST = 20
# No more first attempts of a module are read, the newest: more would not change what anybody does, and the work has a bound.
MOST = 1_000
HARDEST, EASIEST, WEAKEST = Fraction(3, 10), Fraction(9, 10), Fraction(1, 5)

Part = TypeVar("Part", bound=str)


@dataclass(frozen=True, slots=True)
class Figures:
    """What LEAST first attempts or more say.

    `discrimination` None: all earned the same, here or on the rest, or fewer than LEAST were asked anything else. `seconds` is
    the median time, None where fewer than LEAST times are known.
    """

    people: int
    facility: Fraction
    discrimination: float | None
    seconds: int | None

    @property
    def facility_words(self) -> str:
        return _two_digits(self.facility, HARDEST, EASIEST)

    @property
    def discrimination_words(self) -> str:
        return "not known" if self.discrimination is None else _two_digits(self.discrimination, WEAKEST, Fraction(1))

    @property
    def time_words(self) -> str:
        if self.seconds is None:
            return "not known"
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that fired: what it suspects, the rule, the figures it fired on, and what to do. All but the name are sentences."""

    kind: Literal["key", "facility", "discrimination"]
    name: str
    rule: str
    said: str
    advice: str

    @property
    def sentence(self) -> str:
        return f"{self.name}. {self.said} {self.rule} {self.advice}"


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it stands today, and what first attempts say about it.

    `first` counts those that were asked this very form of it, `older` those that were asked another, which are in no figure.
    While `first` is below LEAST, `figures` is None and the rest is empty. `upper` and `lower` are how many the thirds are.
    """

    question: Question
    first: int
    older: int
    figures: Figures | None = None
    upper: int = 0
    lower: int = 0
    choices: tuple[Choice, ...] = ()
    entities: Mapping[str, Figures] = field(default_factory=dict)
    languages: Mapping[Language, Figures] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The items of a module as it is published, retired questions aside, in the order of the file.

    `people` have submitted a first attempt; no more than MOST are read. Below LEAST there is no item.
    """

    module: Module
    people: int
    items: tuple[Item, ...]

    @property
    def flagged(self) -> int:
        return sum(bool(item.flags) for item in self.items)


def form(question: Question) -> tuple[object, ...]:
    """What must be equal for answers to count together: the type, the answers and the key, markup aside.

    The words of the question itself are no part of it, or every comma mended there would throw the figures away.
    """
    return (
        question.type,
        question.score,
        question.unit,
        tuple((option.text, option.right) for option in question.options),
        tuple((_plain(pair.left), _plain(pair.right)) for pair in question.pairs),
        tuple(_plain(step) for step in question.items),
        tuple((one.low, one.high, one.right) for one in question.ranges),
    )


def analyze(questions: Iterable[Forms], rows: Iterable[Row], older: Mapping[str, int]) -> tuple[Item, ...]:
    """The item of each question, in the order given. `older` counts first attempts at other forms, by the question's id."""
    asked: dict[str, list[Row]] = {}
    for row in rows:
        asked.setdefault(row.question, []).append(row)
    return tuple(_item(forms, asked.get(forms["en"].id, []), older.get(forms["en"].id, 0)) for forms in questions)


def figures(rows: Sequence[Row]) -> Figures | None:
    """The figures of these rows of one question; None of fewer than LEAST."""
    if len(rows) < LEAST:
        return None
    shares, one = whole([row.share for row in rows])
    times = [row.seconds for row in rows if row.seconds is not None]
    pairs = [(row.share, row.rest) for row in rows if row.rest is not None]
    return Figures(
        people=len(rows),
        facility=Fraction(sum(shares), one * len(rows)),
        discrimination=correlation(pairs) if len(pairs) >= LEAST else None,
        seconds=round(median(times)) if len(times) >= LEAST else None,
    )


def correlation(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Pearson's r; None where one side is the same in all pairs. All is exact until the root of its square is taken."""
    n, (xs, _), (ys, _) = len(pairs), whole([x for x, _ in pairs]), whole([y for _, y in pairs])
    sx, sy, sxx, syy, sxy = sum(xs), sum(ys), _products(xs, xs), _products(ys, ys), _products(xs, ys)
    spread, together = (n * sxx - sx * sx) * (n * syy - sy * sy), n * sxy - sx * sy
    return copysign(sqrt(Fraction(together * together, spread)), together) if spread else None


def _item(forms: Forms, rows: Sequence[Row], older: int) -> Item:
    question, found = forms["en"], figures(rows)
    if found is None:
        return Item(question, len(rows), older)
    upper, lower = thirds(rows)
    chosen = choices(forms, rows, upper, lower)
    return Item(
        question=question,
        first=len(rows),
        older=older,
        figures=found,
        upper=len(upper),
        lower=len(lower),
        choices=chosen,
        entities=_parts((entity, row) for row in rows for entity in row.entities),
        languages=_parts((row.language, row) for row in rows),
        flags=_flags(question, found, chosen, len(upper)),
    )


def _parts(tagged: Iterable[tuple[Part, Row]]) -> dict[Part, Figures]:
    """The figures of each part that is large enough to have some."""
    parts: dict[Part, list[Row]] = {}
    for part, row in tagged:
        parts.setdefault(part, []).append(row)
    return {part: found for part in sorted(parts) if (found := figures(parts[part]))}


def _flags(question: Question, found: Figures, chosen: Sequence[Choice], upper: int) -> tuple[Flag, ...]:
    """The gravest first."""
    flags = []
    if wrong := likely_key_error(question.type, chosen, upper):
        flags.append(_key_error(question, wrong, sum(c.upper for c in chosen if c.right), upper))
    if not HARDEST <= found.facility <= EASIEST:
        flags.append(_facility(found))
    if found.discrimination is not None and found.discrimination < WEAKEST:
        flags.append(_discrimination(found))
    return tuple(flags)


def _key_error(question: Question, wrong: Choice, right: int, upper: int) -> Flag:
    if question.type == "multiple":
        said = f"Of the upper third, {wrong.upper} of {upper} ticked “{wrong.text}”, which counts as wrong."
        rule = "A wrong option that more than half of the upper third ticks is flagged."
    else:
        said = f"Of the upper third, {wrong.upper} of {upper} answered “{wrong.text}”, {right} the right answer."
        rule = "A wrong answer that the upper third chooses most is flagged."
    return Flag("key", "Likely key error", rule, said, "Read the question and its key again.")


def _facility(found: Figures) -> Flag:
    rule = "A facility outside 0.3 to 0.9 is flagged."
    said = f"Facility is {found.facility_words}."
    if found.facility < HARDEST:
        return Flag("facility", "Very hard", rule, said, "Teach it more plainly, or ask it more plainly.")
    return Flag(
        "facility", "Very easy", rule, said, "Make the wrong answers more plausible, or keep it where all must know it."
    )


def _discrimination(found: Figures) -> Flag:
    rule = "A discrimination under 0.2 is flagged."
    how = "hardly do better" if found.discrimination and found.discrimination > 0 else "do no better"
    said = f"Discrimination is {found.discrimination_words}: those who do well on the rest {how} here."
    advice = "Look for two ways to read it, or for a wrong answer that is partly right."
    return Flag("discrimination", "Weak discrimination", rule, said, advice)


def _products(xs: Sequence[int], ys: Sequence[int]) -> int:
    return sum(map(mul, xs, ys))


def _two_digits(value: Fraction | float, least: Fraction, most: Fraction) -> str:
    """Two digits, chosen so that a figure outside of its limits never looks as if it lay on them."""
    exact, step = Fraction(value), Fraction(1, 100)
    shown = round(exact, 2)
    if exact < least <= shown:
        shown = least - step
    elif exact > most >= shown:
        shown = most + step
    return f"{float(shown):.2f}"


def _plain(html: str) -> str:
    return Markup(html).striptags()  # noqa: S704 - of a published module
