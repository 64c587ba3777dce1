"""A good module and its surroundings, for tests that break one thing at a time."""

from pathlib import Path

from lms.content.check import Checked, check
from lms.content.problem import Problem

COURSES = Path(__file__).parents[2] / "courses"
REFERENCE_NAMES = ("program.yml", "categories.yml", "entities.yml", "functions.yml", "scopes.yml", "criteria.csv")
REFERENCE = {name: (COURSES / name).read_bytes() for name in REFERENCE_NAMES}

PATH = "06-seal-security/good.md"
IMAGE_PATH = "06-seal-security/images/moves.svg"
IMAGE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Moves</title><path d="M0 0h9"/></svg>'

GOOD = """\
---
title: Seals that tell the truth
criteria: [6.1, 6.2, 7.5]
entities: all
functions: [driver, loader, seal-custodian]
level: personnel
minutes: 25
pass: 80
change: editorial
owner: trainer@demo.example
---

A trailer stands at dock 4. Its seal is *whole*, and its number is wrong.

You will be able to tell which of the two matters.

## What a seal does

A seal locks nothing. It tells you whether somebody was inside. {6.1}

![A bolt seal on a door hasp, seen from the front](images/moves.svg "The bolt goes through the hasp.")

| Class | Use |
| --- | --- |
| H | Required |
| I | Indication only |

1. Look at the seal.
2. Read its number aloud. {6.2} {7.5}

### Do

- Copy the number from the seal itself.
- Tell [dispatch](#when-it-is-broken) at once.

### Do not

- Copy the number from the booking.
- Replace a seal that looks wrong.

### Does a seal lock the door?
`q: good-check` `true-false` `check`

- [ ] True
    > A seal shows that a door was opened. It does not hold it.
- [x] False

> **Why:** A bolt cutter opens any seal in seconds.

## When it is broken

Stop, and leave it as it is. Read [the standard](https://standard.example/seals) later.

- Write down the number.
- Call the shift lead. {6.2}

## Summary card

1. Read the number.
2. Call first: ________

## Quiz
`draw: 3` `shuffle: questions answers`

### Which class letter must be on the seal?
`q: good-class` `single` `criteria: 6.1` `must`

Look at the seal on the **left** door.

- [ ] I
    > Indicative seals only show that a door was opened.
- [x] H
    > High security.
- [ ] S
    > One step too low.
- [ ] None of the letters `last`
    > One of them is right.

> **Hint:** Three classes exist.

> **Why:** Only class H is enough.

### Which of these do you read before you leave?
`q: good-read` `multiple` `criteria: 6.2, 7.5` `must` `score: each`

- [x] The seal number
- [x] The number on the papers
- [ ] The color of the door
    > Color proves nothing.

> **Why:** The two numbers must agree.

### A seal may be put on an hour after loading.
`q: good-late` `true-false` `criteria: 6.1` `must`

- [ ] True
    > An hour is time enough to add a box.
- [x] False

> **Why:** Sealing follows loading at once.

### Match each finding with the move that brings it out.
`q: good-match` `match` `criteria: 6.2` `must`

| Finding | Move |
| --- | --- |
| Fresh paint on the rivets | View |
| The bolt unscrews | Twist and turn |
| | Smell |

> **Why:** Each move has its own finding.

### Put the moves in order.
`q: good-order` `order` `criteria: 6.2` `must` `score: pairs`

1. View the seal
2. Verify the number
3. Tug the seal

> **Why:** Eyes first, then paper, then hands.

### What is the number of the standard for seals?
`q: good-short` `short` `criteria: 7.5` `should`

- [x] ISO 17712
- [x] 17712
- [ ] ISO 9001
    > That one is about quality management.

> **Why:** ISO 17712 names the classes.

### How many digits does the seal log need for a year?
`q: good-number` `number` `criteria: 7.5` `should` `unit: digits`

- [x] 4
- [ ] 2 .. 3
    > Two digits repeat each century.

> **Why:** Four digits cannot be mistaken.
"""


def files_with(text: str | bytes, path: str = PATH, **others: bytes) -> dict[str, bytes]:
    """A courses folder with the real reference files, the image of GOOD, and one module."""
    data = text if isinstance(text, bytes) else text.encode()
    return {**REFERENCE, IMAGE_PATH: IMAGE, path: data, **others}


def good_with(old: str, new: str) -> str:
    """GOOD with its first `old` replaced."""
    assert old in GOOD, old
    return GOOD.replace(old, new, 1)


def check_text(text: str | bytes, path: str = PATH) -> Checked:
    return check(files_with(text, path))


def problems_of(text: str | bytes, path: str = PATH) -> tuple[Problem, ...]:
    return check_text(text, path).problems
