"""From the Markdown of a checked module to safe HTML. Done once, when a revision is published or a draft previewed."""

from collections.abc import Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from ..core.markdown import convert, convert_inline, converter, inline_converter
from .course import Module, NumberRange, Option, Pair, Pool, Question, Section
from .framework import Framework
from .page.blocks import dress_figures, dress_headings, dress_links, dress_pairs, dress_tables, with_icons
from .page.marks import dress_marks
from .page.place import Place, place_of
from .page.terms import dress_terms, terms_of


def render(module: Module, framework: Framework, images: Mapping[str, str]) -> Module:
    """The module with HTML in its html fields. `images` maps "06-seal-security/images/x.svg" to a short hash.

    Give it what `check` returned, once: HTML is not Markdown.
    """
    place, heading_ids = place_of(module, framework, images)
    renderer = _Renderer(place)
    place.heading_ids = heading_ids[0]
    opening = renderer.block(module.opening)
    sections = []
    terms = terms_of(module)
    for section, ids in zip(module.sections, heading_ids[1:], strict=True):
        place.heading_ids = ids
        sections.append(renderer.section(section, terms))
    return replace(
        module,
        opening=opening,
        sections=tuple(sections),
        card=renderer.section(module.card, {}) if module.card else None,
        pools=tuple(renderer.pool(pool) for pool in module.pools),
    )


class _Dressing(Extension):
    """Dresses the tree of each text; the last step before it becomes HTML."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        md.treeprocessors.register(_Dresser(self.place), "dressing", -10)


class _Dresser(Treeprocessor):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def run(self, root: Element) -> None:
        dress_links(root, self.place)
        dress_headings(root, self.place)
        dress_figures(root)
        dress_tables(root, self.place.language)
        dress_terms(root, self.place)
        dress_marks(root, self.place)
        dress_pairs(root, self.place.language)


class _Renderer:
    """Renders the parts of one module with one pair of Python-Markdown instances."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._blocks = converter(_Dressing(place))
        self._line = inline_converter(_Dressing(place))

    def block(self, text: str) -> str:
        return with_icons(convert(self._blocks, text)) if text else ""

    def inline(self, text: str) -> str:
        return convert_inline(self._line, text)

    def section(self, section: Section, terms: Mapping[str, str]) -> Section:
        """Its terms are linked once, in the text and not in the knowledge checks."""
        self._place.terms = terms
        html = self.block(section.html)
        self._place.terms = {}
        return replace(section, html=html, checks=tuple(map(self.question, section.checks)))

    def pool(self, pool: Pool) -> Pool:
        return replace(pool, questions=tuple(map(self.question, pool.questions)))

    def question(self, question: Question) -> Question:
        return replace(
            question,
            title=self.inline(question.title),
            html=self.block(question.html),
            hint=self.inline(question.hint),
            why=self.inline(question.why),
            options=tuple(map(self.option, question.options)),
            ranges=tuple(map(self.range, question.ranges)),
            pairs=tuple(Pair(self.inline(pair.left), self.inline(pair.right)) for pair in question.pairs),
            items=tuple(map(self.inline, question.items)),
        )

    def option(self, option: Option) -> Option:
        return replace(option, html=self.inline(option.html), feedback=self.inline(option.feedback))

    def range(self, one: NumberRange) -> NumberRange:
        return replace(one, feedback=self.inline(one.feedback))
