"""Broken modules: GOOD with one thing replaced. The sign ¦ shows where the problem is expected and is not part of the text."""

from dataclasses import dataclass

from .samples import GOOD, good_with

MARKER = "¦"


@dataclass(frozen=True)
class Broken:
    """`place` is the line and column of the marker; without one the problem is expected at the start of the file."""

    name: str
    code: str
    text: str
    place: tuple[int, int]


def broken(code: str, name: str, old: str, new: str) -> Broken:
    return whole(code, name, good_with(old, new))


def whole(code: str, name: str, text: str) -> Broken:
    if MARKER not in text:
        return Broken(name, code, text, (1, 1))
    before = text[: text.index(MARKER)]
    return Broken(name, code, text.replace(MARKER, ""), (before.count("\n") + 1, len(before) - before.rfind("\n")))


def broken_at(code: str, name: str, where: str, old: str, new: str) -> Broken:
    """A change that is reported elsewhere: where `where` begins."""
    return whole(code, name, good_with(old, new).replace(where, MARKER + where, 1))


ORDER = "1. View the seal\n2. Verify the number\n3. Tug the seal\n"
LIST = "- Write down the number.\n- Call the shift lead. {6.2}\n"
LATE = "- [ ] True\n    > An hour is time enough to add a box.\n- [x] False\n"
NUMBER = "- [x] 4\n- [ ] 2 .. 3\n    > Two digits repeat each century.\n"
READ = "### Which of these do you read before you leave?\n"
READ_BOXES = (
    "- [x] The seal number\n- [x] The number on the papers\n- [ ] The color of the door\n    > Color proves nothing.\n"
)
CLASS = "### Which class letter must be on the seal?\n"
CLASS_TAGS = "`q: good-class` `single` `criteria: 6.1` `must`\n"
QUIZ = "## Quiz\n`draw: 3` `shuffle: questions answers`\n"

FILE = [
    broken("F002", "control character", "A trailer stands", "A tr¦\x07ailer stands"),
    broken("F002", "right-to-left override", "A trailer stands", "A tr¦\u202eailer stands"),
    broken("F002", "lone carriage return", "A trailer stands", "A tr¦\railer stands"),
    broken("F003", "tab", "A trailer stands", "A¦\ttrailer stands"),
    whole("F010", "empty file", ""),
    whole("F010", "no front matter", GOOD.split("---\n", 2)[2]),
    broken("F010", "front matter not closed", "owner: trainer@demo.example\n---\n", "owner: trainer@demo.example\n"),
    whole("F010", "empty front matter", "---\n---\n" + GOOD.split("---\n", 2)[2]),
    broken("F011", "not YAML", "minutes: 25", "minutes: ¦]25"),
    broken(
        "F011", "quotation marks not closed", "title: Seals that tell the truth", 'title: ¦"Seals that tell the truth'
    ),
    broken("F011", "bracket not closed", "criteria: [6.1, 6.2, 7.5]", "criteria: ¦[6.1, 6.2, 7.5"),
    broken("F011", "YAML anchor", "minutes: 25", "minutes: ¦&a 25"),
    broken("F011", "YAML tag", "minutes: 25", "minutes: ¦!!python/name:os.system 25"),
    broken("F012", "duplicate key", "minutes: 25", "minutes: 25\n¦minutes: 30"),
    broken("F013", "unknown key", "minutes: 25", "minutes: 25\n¦minuts: 30"),
    broken("F014", "missing key", "title: Seals that tell the truth\n", "¦"),
    broken("F015", "title is a list", "title: Seals that tell the truth", "title: ¦[a, b]"),
    broken("F015", "empty title", "title: Seals that tell the truth", "title: ¦''"),
    broken("F015", "title with markup", "title: Seals that tell the truth", "title: ¦Seals that *tell* the truth"),
    broken("F015", "criteria is no list", "criteria: [6.1, 6.2, 7.5]", "criteria: ¦6.1"),
    broken("F015", "minutes is text", "minutes: 25", "minutes: ¦about 25"),
    broken("F015", "minutes in quotes", "minutes: 25", "minutes: ¦'25'"),
    broken("F015", "entities neither all nor list", "entities: all", "entities: ¦importers"),
    broken("F015", "empty list of entities", "entities: all", "entities: ¦[]"),
    broken("F015", "owner without address", "owner: trainer@demo.example", "owner: ¦the trainer"),
    broken("F016", "pass mark of 0", "pass: 80", "pass: ¦0"),
    broken("F016", "pass mark of 101", "pass: 80", "pass: ¦101"),
    broken("F016", "no minutes", "minutes: 25", "minutes: ¦0"),
    broken("F016", "time limit of 0", "pass: 80", "pass: 80\ntime: ¦0"),
    broken("F016", "time limit of more than a shift", "pass: 80", "pass: 80\ntime: ¦481"),
    broken("F015", "time limit is text", "pass: 80", "pass: 80\ntime: ¦20 minutes"),
    broken("F015", "time limit is no whole number", "pass: 80", "pass: 80\ntime: ¦7.5"),
    broken("F020", "must is not all", "pass: 80", "pass: 80\nmust: ¦any"),
    broken("F015", "must is a list", "pass: 80", "pass: 80\nmust: ¦[all]"),
    broken("F016", "title too long", "title: Seals that tell the truth", "title: ¦" + "Seal " * 30),
    broken("F017", "unknown criterion", "criteria: [6.1, 6.2, 7.5]", "criteria: [6.1, 6.2, 7.5, ¦6.99]"),
    broken("F018", "unknown entity type", "entities: all", "entities: [importers, ¦sea-carrier]"),
    broken("F019", "unknown job function", "seal-custodian]", "¦seal-custodien]"),
    broken("F020", "unknown level", "level: personnel", "level: ¦everybody"),
    broken("F020", "unknown change", "change: editorial", "change: ¦big"),
    broken("F021", "criterion listed twice", "criteria: [6.1, 6.2, 7.5]", "criteria: [6.1, 6.2, 7.5, ¦6.1]"),
    broken("F030", "raw HTML", "A seal locks nothing.", "A seal ¦<b>locks nothing."),
    broken("F030", "script in an answer", "- [ ] I\n", "- [ ] I ¦<script>alert(1)\n"),
    broken("F030", "comment", "A seal locks nothing.", "A seal ¦<!-- locks --> nothing."),
    broken(
        "F031", "module missing", "[dispatch](#when-it-is-broken)", "[dispatch](¦../07-procedural-security/none.md)"
    ),
    broken("F032", "anchor missing", "(#when-it-is-broken)", "(¦#when-it-is-brokn)"),
    broken("F032", "own file, anchor missing", "(#when-it-is-broken)", "(¦good.md#no-such)"),
    broken("F033", "image missing", "(images/moves.svg ", "(¦images/move.svg "),
    broken("F034", "image without alternative", "![A bolt seal on a door hasp, seen from the front]", "¦![]"),
    broken("F035", "script address", "(#when-it-is-broken)", "(¦javascript:alert)"),
    broken("F035", "address in entities", "(#when-it-is-broken)", "(¦java&#115;cript&#58;alert)"),
    broken("F035", "unencrypted address", "(#when-it-is-broken)", "(¦http://standard.example/)"),
    broken("F035", "protocol-relative address", "(#when-it-is-broken)", "(¦//standard.example/)"),
    broken("F035", "data address", "(#when-it-is-broken)", "(¦data:text/html,x)"),
    broken("F035", "link over two lines", "Tell [dispatch](#when", "Tell [dis\n  patch¦](#when"),
    broken("F036", "foreign image", "(images/moves.svg ", "(¦https://pictures.example/x.svg "),
    broken("F036", "image of nowhere", "(images/moves.svg ", "(¦moves.svg "),
    broken("F008", "link leaves the folder", "(#when-it-is-broken)", "(¦../../etc/passwd.md)"),
    broken("F008", "image leaves the folder", "(images/moves.svg ", "(¦../../images/x.svg "),
    broken("F038", "list without blank line", "later.\n\n- Write", "later.\n¦- Write"),
    broken(
        "F038", "steps without a blank line", "A seal locks nothing.", "Do this:\n¦1. Look\n\nA seal locks nothing."
    ),
    broken("F039", "table without blank line", "| Class | Use |\n", "Classes:\n¦| Class | Use |\n"),
    broken("F039", "table without dashes", "| Class | Use |\n| --- | --- |\n", "¦| Class | Use |\n"),
    broken("F039", "row too long", "| I | Indication only |", "¦| I | Indication | only |"),
    broken("F039", "text as a row", "| I | Indication only |\n", "| I | Indication only |\n¦That is all.\n"),
    broken("F040", "mixed bullets", "- Call the shift lead", "¦* Call the shift lead"),
    broken("F040", "two spaces for a level", "- Call the shift lead", "  ¦- Call the shift lead"),
    broken("F040", "steps with a parenthesis", "1. Look at the seal.\n2. Read", "¦1) Look at the seal.\n\nRead"),
    broken("F041", "heading without space", "### Do\n", "¦###Do\n"),
    broken("F041", "heading by underline", "and its number is wrong.\n", "and its number is wrong.\n¦---\n"),
    broken_at("F039", "table without rows", "| Class | Use |", "| H | Required |\n| I | Indication only |\n", ""),
    broken("F039", "list as a row", "| I | Indication only |\n", "| I | Indication only |\n¦- H\n"),
    broken("F040", "sublist that ends without blank line", LIST, "- Write it.\n\n    - Then call.\n¦- Wait. {6.2}\n"),
    broken("F040", "text between list and paragraph", LIST, "- Write it. {6.2}\n\n  ¦And call.\n"),
    broken("F040", "two items on one line", "- Write down", "¦- - Write down"),
    broken("F040", "item without text", "- Write down the number.", "¦-"),
    broken("F040", "steps within that begin at 2", LIST, "- Write it. {6.2}\n    ¦2. Call.\n"),
    broken("F038", "list below a quotation", LIST, "> She said so.\n¦- Write it. {6.2}\n"),
    broken("F038", "quotation below a list", LIST, "- Write it.\n¦> She said so.\n"),
    broken("F041", "text below a rule", "Stop, and", "---\n¦Stop, and"),
    broken("F041", "rule below a list", LIST, "- Write it.\n¦***\n"),
    broken("F041", "indented heading", "### Do\n", "¦ ### Do\n"),
    broken("F044", "backslash at the end", "Stop, and", "Stop¦\\\nStop, and"),
    broken("F044", "list in a quotation", "Stop, and", "> ¦- Stop\n\nStop, and"),
    broken("F042", "heading of level 1", "## What a seal does", "¦# What a seal does"),
    broken("F043", "too many brackets", "A trailer stands", "¦" + "[" * 70 + "A trailer stands"),
    broken("F043", "too long", "A trailer stands", "¦" + "A trailer " * 1100),
    broken("F043", "quotations too deep", "A trailer stands at dock 4.", "¦> > > > > A trailer"),
    broken("F044", "fenced code", "A trailer stands at dock 4.", "¦```\nA trailer\n```\n"),
    broken("F044", "footnote", "A trailer stands", "A trailer¦[^1] stands"),
    broken("F044", "reference", "A trailer stands", "¦[a]: https://a.example"),
    broken("F044", "alert box", "A trailer stands at dock 4.", "> ¦[!NOTE] A trailer"),
    broken("F045", "mark in the middle", "A seal locks nothing. It", "A seal locks nothing. ¦{6.1} It"),
    broken("F045", "mark misspelled", "was inside. {6.1}", "was inside. ¦{6,1}"),
    broken("F045", "mark in the opening", "of the two matters.", "of the two matters. ¦{6.1}"),
    broken("F045", "mark in a question", "on the **left** door.", "on the **left** door. ¦{6.1}"),
    broken("F045", "mark in a cell", "| H | Required |", "| H | Required ¦{6.1} |"),
    broken(
        "F046", "section behind the quiz", "### Put the moves", "¦## Afterwards\n\n## Pool: more\n\n### Put the moves"
    ),
    broken("F047", "heading without text", "## What a seal does\n", "¦##\n"),
    broken("F048", "reserved heading", "## What a seal does\n", "¦## Print\n"),
    broken("F048", "heading with the id of the page", "### Do\n", "¦### Main\n"),
    broken("F049", "mark not in the front matter", "was inside. {6.1}", "was inside. ¦{6.5}"),
    broken("F017", "mark of no criterion", "was inside. {6.1}", "was inside. ¦{6.77}"),
]

QUESTION = [
    broken("Q001", "no tag line", CLASS + CLASS_TAGS, "¦" + CLASS),
    broken("Q002", "blank line above the tags", CLASS, CLASS + "\n¦"),
    broken("Q002", "text above the tags", CLASS, CLASS + "Look closely.\n¦"),
    broken("Q003", "no id", "`q: good-class` `single`", "¦`single`"),
    broken("Q003", "id with capitals", "`q: good-class`", "`q: ¦Good Class`"),
    broken("Q004", "no type", "`q: good-class` `single`", "¦`q: good-class`"),
    broken("Q005", "unknown type", "`single` `criteria: 6.1` `must`", "`¦singel` `criteria: 6.1` `must`"),
    broken("Q005", "unknown tag", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `must` `¦weight: 3`\n\nLook"),
    broken("Q006", "tag twice", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `¦criteria: 6.1`\n\nLook"),
    broken("Q006", "two types", "`single` `criteria: 6.1`", "`single` `¦multiple` `criteria: 6.1`"),
    broken("Q006", "must and should", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `must` `¦should`\n\nLook"),
    broken("Q007", "tag without value", "`single` `criteria: 6.1`", "`single` `¦criteria`"),
    broken("Q007", "value without need", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `¦must: yes`\n\nLook"),
    broken("Q008", "no text", CLASS, "¦###\n"),
    broken("Q009", "no points", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `points: ¦none`\n\nLook"),
    broken("Q009", "score of another type", "`score: each`", "`score: ¦pairs`"),
    broken("Q009", "unit of a single", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `unit: ¦m`\n\nLook"),
    broken("Q010", "Why without text", "> **Why:** Only class H is enough.", "¦> **Why:**"),
    broken_at("Q011", "order without steps", "### Put the moves", ORDER, ""),
    broken("Q011", "order with boxes", ORDER, "¦- [x] View\n- [ ] Tug\n"),
    broken_at("Q011", "true-false with steps", "### A seal may be put", LATE, "1. True\n2. False\n"),
    broken("Q011", "table of three columns", "| The bolt unscrews | Twist", "¦| The bolt | unscrews | Twist"),
    broken("Q012", "two blocks of answers", "| | Smell |\n", "| | Smell |\n\n¦| A | B |\n| --- | --- |\n| C | D |\n"),
    broken("Q013", "two Whys", "> **Why:** Only class H is enough.", "> **Why:** Only H.\n\n¦> **Why:** Only class H."),
    broken(
        "Q013", "quotation of no kind", "> **Why:** Only class H is enough.", "> **Why:** Yes.\n\n¦> **Because:** H."
    ),
    broken("Q014", "text behind the answers", "> **Why:** Only class H is enough.", "¦Only class H is enough."),
    broken("Q014", "answer of two lines", "- [x] H\n", "- [x] H\n¦  or higher\n"),
    broken(
        "Q015", "graded question in the lesson", "`q: good-check` `true-false` `check`", "¦`q: good-check` `true-false`"
    ),
    broken("Q015", "check in the quiz", "`criteria: 6.1` `must`\n\nLook", "`criteria: 6.1` `¦check`\n\nLook"),
    broken("Q016", "no criterion", CLASS_TAGS, "¦`q: good-class` `single` `must`\n"),
    broken("F017", "unknown criterion of a question", "`criteria: 6.2, 7.5`", "`criteria: 6.2, ¦7.99`"),
    broken("Q017", "criterion not of the module", "`criteria: 6.2, 7.5`", "`criteria: 6.2, ¦6.5`"),
    broken("F018", "unknown entity type of a question", "`criteria: 6.2, 7.5`", "`criteria: 6.2` `entities: ¦ships`"),
    broken("Q018", "boxes in the lesson", "- Write down the number.", "¦- [ ] Write down the number."),
    broken("Q019", "id twice", "`q: good-read`", "`q: ¦good-class`"),
    broken("Q020", "heading in a question", "> **Hint:** Three", "¦#### More\n\n> **Hint:** Three"),
    broken(
        "F038", "answers right below the text", "on the **left** door.\n\n- [ ] I", "on the **left** door.\n¦- [ ] I"
    ),
]

ANSWERS = [
    broken_at("A001", "single without a right one", CLASS, "- [x] H\n", "- [ ] H\n"),
    broken_at("A001", "multiple without a right one", READ, READ_BOXES, READ_BOXES.replace("[x]", "[ ]")),
    broken_at("A001", "number without a right one", "### How many digits", NUMBER, "- [ ] 4\n"),
    broken("A002", "single with two right ones", "- [ ] S\n", "¦- [x] S\n"),
    broken("A003", "the same twice", "- [ ] S\n", "- [ ] ¦**i**\n"),
    broken("A011", "the same, right and wrong", "- [ ] S\n", "- [ ] ¦h\n"),
    broken("A011", "short: wrong is right", "- [ ] ISO 9001", "- [ ] ¦iso  17712"),
    broken_at("A004", "one option", READ, READ_BOXES, "- [x] The seal number\n"),
    broken_at("A004", "one step", "### Put the moves", ORDER, "1. View the seal\n"),
    broken_at("A004", "one pair", "| Finding | Move |", "| The bolt unscrews | Twist and turn |\n", ""),
    broken("A005", "not the two words", LATE, LATE.replace("True", "¦Yes")),
    broken("A005", "small letters", LATE, LATE.replace("False", "¦false")),
    broken("A005", "three answers", LATE, LATE + "¦- [ ] Perhaps\n"),
    broken("A006", "last in a short", "- [ ] ISO 9001", "- [ ] ¦ISO 9001 `last`"),
    broken(
        "A006", "two that stay last", "- [ ] None of the letters `last`\n", "- [ ] All `last`\n- [ ] ¦None `last`\n"
    ),
    broken("A007", "left cell twice", "| The bolt unscrews |", "| ¦Fresh *paint* on the rivets |"),
    broken("A007", "right cell twice", "| | Smell |", "| | ¦view |"),
    broken("A008", "step twice", "3. Tug the seal", "3. ¦View the  seal"),
    broken("A009", "no number", "- [x] 4\n", "- [x] ¦four\n"),
    broken("A009", "decimal comma", "- [x] 4\n", "- [x] ¦4,5\n"),
    broken("A010", "reversed range", "- [ ] 2 .. 3", "- [ ] ¦3 .. 2"),
    broken("A010", "empty range", "- [x] 4\n", "- [x] ¦4 ± 0\n"),
    broken("A010", "overlapping credits", "- [x] 4\n", "- [x] 4 .. 6\n- [x] ¦6 .. 8\n"),
    broken("A011", "wrong number inside the right range", "- [ ] 2 .. 3", "- [ ] ¦2 .. 4"),
    broken("A012", "answer without text", "- [ ] S\n", "- [ ]¦\n"),
    broken("A012", "right cell empty", "| Twist and turn |", "|  ¦|"),
    broken("A013", "mark [X ]", "- [ ] S\n", "¦- [X ] S\n"),
    broken("A013", "mark []", "- [ ] S\n", "¦- [] S\n"),
    broken("A013", "mark [*]", "- [ ] S\n", "¦- [*] S\n"),
    broken("A013", "mark (x)", "- [ ] S\n", "¦(x) S\n"),
    broken("A013", "mark - (x)", "- [ ] S\n", "¦- (x) S\n"),
    broken("A013", "mark -[x]", "- [ ] S\n", "¦-[x] S\n"),
    broken("A013", "mark 1. [x]", "- [ ] S\n", "¦1. [x] S\n"),
    broken("A013", "mark - [x]S", "- [ ] S\n", "¦- [x]S\n"),
    broken("A013", "other bullet", "- [ ] S\n", "¦* [ ] S\n"),
    broken("A013", "no box", "- [ ] S\n", "¦- S\n"),
    broken("A013", "first answer without box", "- [ ] I\n    > Indicative", "¦- I\n\n- [ ] J\n    > Indicative"),
    broken("A013", "steps with boxes", ORDER, ORDER.replace("2. Verify", "¦2. [x] Verify")),
    broken("A014", "feedback under nothing", "- [ ] I\n", "    ¦> No.\n\n- [ ] I\n"),
    broken("A014", "feedback not indented", "- [ ] S\n    >", "- [ ] S\n¦>"),
    broken("A014", "feedback of a step", "3. Tug the seal\n", "3. Tug the seal\n    ¦> Hard.\n"),
]

POOLS = [
    broken("P001", "draw of 0", "`draw: 3`", "`draw: ¦0`"),
    broken("P001", "draw of all", "`draw: 3`", "`draw: ¦all`"),
    broken("P002", "draw of more than there are", "`draw: 3`", "`draw: ¦8`"),
    whole(
        "P002",
        "draw of more than are left for an entity type",
        GOOD.replace("`draw: 3`", "`draw: ¦7`")
        .replace("`unit: digits`", "`unit: digits` `entities: importers`")
        .replace("entities: all", "entities: [importers, exporters]"),
    ),
    whole(
        "P003",
        "unequal points",
        GOOD.replace("`draw: 3`", "`draw: ¦3`").replace("`unit: digits`", "`unit: digits` `points: 2`"),
    ),
    broken("P004", "each of something", "`draw: 3`", "`draw: 3` `each: ¦pool`"),
    broken("P004", "each criterion without room", "`draw: 3`", "`draw: ¦2` `each: criteria`"),
    broken("P004", "shuffle of something", "questions answers", "questions, ¦options"),
    broken("P005", "text in the quiz", QUIZ, QUIZ + "\n¦Take your time.\n"),
    broken("P006", "pool without name", "## Quiz\n", "¦## Pool:\n"),
    broken("P006", "two pools of one name", "### Put the moves", "¦## Quiz\n\n### Put the moves"),
    broken("P007", "pool without questions", "## Quiz\n", "¦## Pool: warm-up\n\n## Quiz\n"),
    broken("R003", "substantive without reason", "change: editorial", "change: ¦substantive"),
    whole("F023", "no quiz", GOOD[: GOOD.index("## Quiz")].replace("pass: 80", "pass: ¦80")),
]

WRONG_WHERE_APPLIED = [
    whole(
        "F022",
        "criterion of others",
        GOOD.replace("entities: all", "entities: [customs-brokers]").replace(
            "criteria: [6.1, 6.2, 7.5]", "criteria: [6.1, 6.2, 7.5, ¦3.9]"
        ),
    ),
]

CASES = [*FILE, *QUESTION, *ANSWERS, *POOLS, *WRONG_WHERE_APPLIED]
