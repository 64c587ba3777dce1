"""Nothing active comes out of authored text, and no text takes long: the check refuses what would."""

import re
import time
from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.check import check
from lms.content.course import Module
from lms.content.framework import Framework
from lms.content.render import render
from lms.core.markdown import costly

from .samples import GOOD, IMAGE_PATH, check_text, files_with

LIBRARY = check_text(GOOD).library
assert LIBRARY is not None
MODULE: Module = LIBRARY.modules["seal-security/good"]
FRAMEWORK: Framework = LIBRARY.framework

HARMLESS = {
    "p", "br", "strong", "em", "b", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "h3", "h4", "h5", "h6", "a", "img",
    "figure", "figcaption", "div", "section", "span", "table", "thead", "tbody", "tr", "th", "td", "svg", "use",
}  # fmt: skip
ATTRIBUTES = {
    "href", "class", "id", "src", "alt", "loading", "rel", "role", "tabindex", "aria-label", "aria-labelledby", "scope",
    "start", "aria-hidden", "focusable",
}  # fmt: skip
ADDRESS = re.compile(r"/(?!/)[^\s\\]*|https://[^\s\\]+|#[a-z0-9.-]+")
IMAGE = re.compile(r"/courses/[a-z-]+/images/[a-z0-9.-]+\?v=[0-9a-z]+")

ACTIVE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<form action=https://evil.example><input name=password>",
    '<div id="main" class="usa-button" style="position:fixed">x</div>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](java\\script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example/)",
    "[x](/\\evil.example/)",
    "[x](https:evil.example)",
    "[x](https://evil.example\"onmouseover=\"alert(1))",
    '[x](https://a.example "t\\" onmouseover=\\"alert(1)")',
    "![x](https://evil.example/x.png)",
    "![x](//evil.example/x.png)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![x" onerror="alert(1)](images/moves.svg "y\\" onload=\\"alert(1)")',
    "<javascript:alert(1)>",
    "<https://a.example/\"onclick=\"alert(1)>",
    "<x@evil.example>",
    "[a]: javascript:alert(1)\n\n[a]",
    "`<script>`",
    "    <script>alert(1)</script>",
    "{: onclick=alert(1) }",
    "# x {: #main }",
    "\x02amp\x03 \x02wzxhzdk:0\x03 klzzwxh:0000",
    "| <b>a</b> | <script>b</script> |\n| --- | --- |\n| <i onclick=x>1</i> | [x](javascript:y) |",
    "### <script>x</script>\n\n### Do\n\n- <b>x</b>\n\n### Do not\n\n- [y](javascript:z)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "<span class=\"icon-do\"></span>",
]  # fmt: skip

SLOW = {
    "brackets": "[" * 18_000,
    "image brackets": "![" * 9_000,
    "empty links": "[](" * 6_000,
    "open links": "[a](" * 4_500,
    "angle links": "[a](<" * 3_600,
    "nested brackets": "[" * 9_000 + "]" * 9_000,
    "unclosed CDATA": "<![CDATA[" * 2_000,
    "unclosed comment": "<!--" * 4_500,
    "unclosed tags": "<a " * 6_000,
    "stars": "*" * 18_000,
    "emphasis": "*a **b " * 2_500,
    "underscores": "_a_" * 6_000,
    "backticks": " `" * 9_000,
    "growing backticks": " ".join("`" * n for n in range(1, 185)),
    "quotations": ">" * 18_000,
    "spaced quotations": "> " * 9_000,
    "deep list": "\n".join("    " * n + "- a" for n in range(90)),
    "underlined": "a\n===\n" * 3_000,
    "pipes": "|" * 9_000 + "\n" + "|-" * 4_500,
    "ampersands": "&a" * 9_000,
    "backslashes": "\\" * 18_000,
    "marks": "{6.1}" * 3_600,
    "one long word": "a" * 18_000,
    "boxes": "- [x] a\n" * 2_200,
    "headings": "### a\n`q: a`\n" * 1_300,
    "tags": "### a\n" + "`single` " * 2_000,
    "spaces": "a" + " " * 18_000 + "b",
    "lines": "a\n" * 9_000,
    "paragraphs": "a\n\n" * 6_000,
    "quoted paragraphs": "> a\n\n" * 3_600,
}


def with_text(text: str) -> Module:
    """The module as if the check had let the text through everywhere."""
    section = replace(MODULE.sections[0], html=text)
    question = MODULE.questions[0]
    options = tuple(replace(option, html=text, feedback=text) for option in question.options)
    question = replace(question, title=text, html=text, hint=text, why=text, options=options)
    pool = replace(MODULE.pools[0], questions=(question,))
    return replace(MODULE, opening=text, sections=(section, *MODULE.sections[1:]), pools=(pool,))


def active(html: str) -> list[str]:
    """What a browser would act upon, or that is none of our own."""
    found = []
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    for element in fragment.iter():
        if not isinstance(element.tag, str) or element is fragment:
            continue
        tag = element.tag.rsplit("}", 1)[-1]
        found += [tag] if tag not in HARMLESS else []
        found += [f"{tag} {name}" for name in element.attrib if name not in ATTRIBUTES]
        found += _addresses(tag, element)
    return found


def _addresses(tag: str, element: Element) -> list[str]:
    href, src = element.get("href", "#a"), element.get("src")
    if tag == "use":
        return [] if href.startswith("/static/vendor/uswds/img/sprite.svg#") else [href]
    bad = [href] if not ADDRESS.fullmatch(href) else []
    return bad + ([src] if src is not None and not IMAGE.fullmatch(src) else [])


def texts_of(module: Module) -> list[str]:
    question = module.questions[0]
    options = [text for option in question.options for text in (option.html, option.feedback)]
    return [
        module.opening,
        module.sections[0].html,
        question.title,
        question.html,
        question.hint,
        question.why,
        *options,
    ]


@pytest.mark.parametrize("text", ACTIVE)
def test_nothing_active_is_rendered_even_without_the_check(text: str) -> None:
    for html in texts_of(render(with_text(text), FRAMEWORK, {IMAGE_PATH: "0"})):
        assert active(html) == []
        assert "<script" not in html


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(ACTIVE) | st.text(max_size=8) | st.sampled_from(list("<>\"'[]()!*_`&\\\n ")), max_size=8)
)
def test_no_mixture_is_active(pieces: list[str]) -> None:
    text = "".join(pieces)
    if costly(text) is None:
        for html in texts_of(render(with_text(text), FRAMEWORK, {IMAGE_PATH: "0"})):
            assert active(html) == []


@pytest.mark.parametrize("name", SLOW)
def test_no_text_takes_a_second(name: str) -> None:
    start, end = GOOD.index("Stop, and leave"), GOOD.index("## Quiz")
    text = GOOD[:start] + SLOW[name] + "\n\n" + GOOD[end:]
    began = time.process_time()
    library = check(files_with(text)).library
    if library is not None:
        module = render(library.modules["seal-security/good"], library.framework, {IMAGE_PATH: "0"})
        assert active(module.sections[1].html) == []
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", SLOW)
def test_a_whole_megabyte_is_checked_in_seconds(name: str) -> None:
    text = GOOD[: GOOD.index("## Quiz")] + SLOW[name] * (900_000 // len(SLOW[name]))
    began = time.process_time()
    check(files_with(text))
    assert time.process_time() - began < 8
