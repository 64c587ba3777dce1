"""Markdown to safe HTML: the one place where Python-Markdown is set up and where its output is cleaned.

Authored text never carries HTML of its own: tags are shown as text, and what leaves here passed a small allow-list as well.
Python-Markdown takes quadratic time over some texts, so `costly` must have said None before untrusted text is converted.
"""

import html
import re

import markdown
import nh3
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

# A text without any of these is its own Markdown; it only needs escaping.
_MARKUP = re.compile(r"[\\`*_\[<&\n]|  ")
_HREF = re.compile(r"https://[^/\s\\?#]+[^\s\\]*|/(?![/\\])[^\s\\]*|#[^\s\\]*")
_SRC = re.compile(r"/(?![/\\])[A-Za-z0-9/._-]+(\?v=[A-Za-z0-9]+)?")
_ID = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_ADDRESSES = {"href": _HREF, "src": _SRC, "id": _ID, "aria-labelledby": _ID}

# Limits on one paragraph (lines without a blank line between them), each well above what honest prose needs.
LONGEST_PARAGRAPH = 10_000
MOST_BRACKETS = 60
DEEPEST_INDENT = 24
_DEEP_QUOTE = re.compile(r"^[ ]{0,3}(?:>[ ]{0,3}){5}", re.MULTILINE)
_TOO_DEEP = " " * (DEEPEST_INDENT + 1)


class _NoHtml(Extension):
    """Takes raw HTML, e-mail links and reference links out of the language."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("reference")
        for name in ("html", "automail", "reference", "image_reference", "short_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)


class _InlineOnly(Extension):
    """Leaves paragraphs only, so that an answer such as "1. April" stays what it is."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        for name in ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote"):
            md.parser.blockprocessors.deregister(name)


def converter(*extensions: Extension) -> markdown.Markdown:
    """A new Python-Markdown instance: tables and plain lists, no raw HTML. Call `reset()` before each text."""
    return markdown.Markdown(
        extensions=[_NoHtml(), SaneListExtension(), TableExtension(), *extensions], output_format="html"
    )


def inline_converter(*extensions: Extension) -> markdown.Markdown:
    """A new instance for fragments that stand inside a line: no lists, headings, quotes or tables."""
    return markdown.Markdown(extensions=[_NoHtml(), _InlineOnly(), *extensions], output_format="html")


def is_plain(text: str) -> bool:
    """True where escaping is all that the text needs."""
    return _MARKUP.search(text) is None


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def convert(md: markdown.Markdown, text: str) -> str:
    """Safe HTML of a text, by an instance of `converter`; state of the text before is forgotten."""
    return clean(md.reset().convert(text))


def convert_inline(md: markdown.Markdown, text: str) -> str:
    """Safe HTML of a fragment, by an instance of `inline_converter`, without a paragraph around it."""
    if is_plain(text):
        return escape(text)
    return clean(unwrapped(md.reset().convert(" ".join(text.split()))))


def unwrapped(paragraph: str) -> str:
    return paragraph.strip().removeprefix("<p>").removesuffix("</p>")


def costly(paragraph: str) -> str | None:
    """What makes a paragraph too costly to convert, in words that complete "has ...", or None.

    Measured with Python-Markdown 3.11 on one core: 4 KB of `[` take 0.8 s, 16 KB of `[a](` 4.6 s and 20 KB of `[a](<` 6.1 s
    (quadratic); stars, underscores, backticks, `<` and `&` are linear, a tenth of a second for 16 KB. Within these limits
    the worst paragraph found takes 0.1 s.
    """
    if len(paragraph) > LONGEST_PARAGRAPH:
        return f"more than {LONGEST_PARAGRAPH:,} characters"
    if paragraph.count("[") > MOST_BRACKETS:
        return f"more than {MOST_BRACKETS} opening brackets"
    if paragraph.count(">") > 4 and _DEEP_QUOTE.search(paragraph):
        return "more than four quotation marks (>) inside one another"
    if _TOO_DEEP in paragraph and ("\n" + paragraph).find("\n" + _TOO_DEEP) >= 0:
        return f"a line indented by more than {DEEPEST_INDENT} spaces"
    return None


def _address(_tag: str, name: str, value: str) -> str | None:
    """Keeps addresses of this site and https, and ids that the site makes; everything else is dropped."""
    pattern = _ADDRESSES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


_TAGS = {
    "p", "br", "strong", "em", "b", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "h3", "h4", "h5", "h6", "a",
    "img", "figure", "figcaption", "div", "section", "span", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={
        "*": set(),
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start"},
        "div": {"id", "aria-label"},
        "li": {"id"},
        "blockquote": {"id"},
        "section": {"aria-labelledby"},
        **{f"h{n}": {"id"} for n in range(3, 7)},
    },
    tag_attribute_values={
        "a": {"rel": {"noopener noreferrer"}},
        "img": {"loading": {"lazy"}},
        "div": {"role": {"region"}, "tabindex": {"0"}},
        "th": {"scope": {"col"}},
    },
    allowed_classes={
        "a": {"chip", "chip--must", "chip--should", "term"},
        "blockquote": {"definition"},
        "div": {"taught", "measure", "dodont", "scroll"},
        "li": {"taught"},
        "p": {"chips"},
        "span": {"icon-do", "icon-dont"},
        "ul": {"d"},
        "table": {"usa-table", "usa-table--borderless"},
        "figcaption": {"small", "quiet"},
    },
    url_schemes={"https"},
    url_relative="pass_through",
    link_rel=None,
    strip_comments=True,
    attribute_filter=_address,
)


def clean(markup: str) -> str:
    """Only what the allow-list names: no script, style, foreign image, protocol-relative address or chosen class."""
    return _CLEANER.clean(markup)
