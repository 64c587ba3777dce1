"""Paired rounds: everything that is compared runs in turn within each round, so that whatever else the machine does hits all alike."""

import gc
import resource
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time

Spent = Sequence[float]  # one value a round


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to time: `call` runs `batch` times a round, so that a round is long beside the clock's step."""

    call: Callable[[], object]
    batch: int


def each(calls: Iterable[Callable[[], object]], batch: int) -> Subject:
    """A subject that makes another of these calls every time, as long as they last."""
    waiting = iter(calls)
    return Subject(lambda: next(waiting)(), batch)


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of the rounds, and between which values the middle half of them lies."""

    median: float
    low: float
    high: float


def cpu(subjects: Mapping[str, Subject], rounds: int) -> dict[str, list[float]]:
    """CPU seconds of one call of each subject, for every round. Who begins changes from round to round."""
    names = list(subjects)
    spent: dict[str, list[float]] = {name: [] for name in names}
    for subject in subjects.values():
        subject.call()
    gc.collect()
    for number in range(rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            subject = subjects[name]
            before = process_time()
            for _ in range(subject.batch):
                subject.call()
            spent[name].append((process_time() - before) / subject.batch)
    return spent


def ratio(one: Spent, other: Spent) -> Middle:
    """How many times the other, round by round."""
    return middle([a / b for a, b in zip(one, other, strict=True)])


def middle(values: Sequence[float]) -> Middle:
    if len(values) < 2:
        return Middle(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Middle(median, low, high)


def program_cpu(command: Sequence[str], **options: object) -> float:
    """CPU seconds of a program and all it starts. Raises CalledProcessError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
