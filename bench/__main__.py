"""`python -m bench [PART ...]`: measure, print each figure beside its target and its reach; all parts together write RESULTS.md.

Exit status 0 when every figure keeps its reach, 1 when one does not, 2 for a part that does not exist.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from . import bulk, certificate, faults, memory, pages, publishing, quiz, results, scale, start, statistics
from .figure import Figure

PARTS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "pages": pages.run,
    "quiz": quiz.run,
    "certificate": certificate.run,
    "bulk": bulk.run,
    "publishing": publishing.run,
    "start": start.run,
    "memory": memory.run,
    "scale": scale.run,
    "statistics": statistics.run,
    "faults": faults.run,
}


def main(names: Sequence[str]) -> int:
    if unknown := [name for name in names if name not in PARTS]:
        print(f"There is no part {unknown[0]!r}. Parts: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    print(results.machine())
    measured: dict[str, list[Figure]] = {}
    for name in names or PARTS:
        print(f"\n{name}")
        measured[name] = []
        for figure in PARTS[name]():
            print(results.line(figure), flush=True)
            measured[name].append(figure)
    if not names:
        results.write(measured.items())
        print(f"\nWritten to bench/{results.FILE.name}.")
    missed = [figure.what for figures in measured.values() for figure in figures if not figure.kept]
    print(f"\nMISSED: {'; '.join(missed)}" if missed else "\nEvery figure keeps its reach.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
