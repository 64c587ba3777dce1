"""How a checked module becomes HTML: marks, figures, tables, pairs, links, ids."""

import re
from dataclasses import replace

import html5lib
import pytest

from lms.content.course import Module
from lms.content.render import render

from .samples import GOOD, IMAGE_PATH, check_text, good_with

IMAGES = {IMAGE_PATH: "0abc1234"}
DO_ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/vendor/uswds/img/sprite.svg#check_circle"></use></svg>'


def rendered(text: str = GOOD) -> Module:
    library = check_text(text).library
    assert library is not None, check_text(text).problems
    return render(library.modules["seal-security/good"], library.framework, IMAGES)


def lesson(text: str = GOOD) -> str:
    module = rendered(text)
    return module.opening + "".join(section.html for section in module.sections)


def with_prose(prose: str) -> str:
    """HTML of a section that holds only this prose."""
    start, end = GOOD.index("Stop, and leave it as it is."), GOOD.index("## Quiz")
    return rendered(GOOD[:start] + prose + "\n\n" + GOOD[end:]).sections[1].html


def test_a_marked_paragraph_wears_its_chip() -> None:
    assert with_prose("Seal at once. {6.2}") == (
        '<div class="taught measure" id="c6.2-2"><p class="chips"><a class="chip chip--must" href="/criteria/6.2">'
        "<b>6.2</b> must</a></p><p>Seal at once.</p></div>"
    )


def test_a_marked_item_holds_its_chips_at_its_end() -> None:
    html = with_prose("- Seal *at once*. {6.2} {7.5}\n    - Then look.\n- Go.")
    chips = '<p class="chips"><a class="chip chip--must" href="/criteria/6.2"><b>6.2</b> must</a>'
    assert f'<li class="taught" id="c6.2-2">Seal <em>at once</em>.{chips}' in html
    assert html.index("Then look.") > html.index("7.5</b> should")


def test_marks_alone_belong_to_the_block_above() -> None:
    html = with_prose("1. Look.\n2. Read.\n\n{6.2}")
    assert html.startswith('<div class="taught measure" id="c6.2-2"><p class="chips">')
    assert html.endswith("</ol></div>")
    assert "{6.2}" not in html
    table = with_prose("| A | B |\n| --- | --- |\n| 1 | 2 |\n\n{6.2}")
    assert table.startswith('<div class="taught" id="c6.2-2"><p class="chips">')


def test_marks_count_through_the_printed_page() -> None:
    module = rendered()
    html = lesson()
    anchors = [taught.anchor for section in module.sections for taught in section.taught]
    assert anchors == ["c6.1-1", "c6.2-1", "c6.2-1", "c6.2-2"]
    assert all(html.count(f'id="{anchor}"') == 1 for anchor in anchors)


@pytest.mark.parametrize(("language", "word"), [("es", "obligatorio"), ("fr", "obligatoire")])
def test_the_level_is_a_word_of_the_language(language: str, word: str) -> None:
    library = check_text(GOOD).library
    assert library is not None
    module = replace(library.modules["seal-security/good"], language=language)  # type: ignore[arg-type]
    assert f"<b>6.1</b> {word}</a>" in render(module, library.framework, IMAGES).sections[0].html


def test_an_image_alone_is_a_figure_with_its_caption() -> None:
    assert (
        '<figure><img alt="A bolt seal on a door hasp, seen from the front" loading="lazy"'
        ' src="/courses/seal-security/images/moves.svg?v=0abc1234">'
        '<figcaption class="small quiet">The bolt goes through the hasp.</figcaption></figure>'
    ) in lesson()


def test_do_and_do_not_stand_side_by_side() -> None:
    html = lesson()
    pair = html[html.index('<div class="dodont">') : html.index("</section></div>")]
    assert f'<section aria-labelledby="do"><h3 id="do">{DO_ICON}Do</h3><ul class="d">' in pair
    assert '<section aria-labelledby="do-not"><h3 id="do-not">' in pair
    assert "sprite.svg#cancel" in pair


def test_do_alone_stays_a_heading_with_a_list() -> None:
    html = with_prose("### Do\n\n- Look.\n\nText between.\n\n### Do not\n\n- Sleep.")
    assert "dodont" not in html
    assert '<h3 id="do-1">Do</h3>' in html


def test_a_table_scrolls_in_a_named_region() -> None:
    html = lesson()
    assert '<div aria-label="Table: Class, Use" class="scroll" role="region" tabindex="0">' in html
    assert '<table class="usa-table usa-table--borderless">' in html
    assert html.count('<th scope="col">') == 2


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("#what-a-seal-does", "/courses/seal-security/good/what-a-seal-does/"),
        ("#do-not", "/courses/seal-security/good/what-a-seal-does/#do-not"),
        ("good.md", "/courses/seal-security/good/"),
        ("good.md#when-it-is-broken", "/courses/seal-security/good/when-it-is-broken/"),
        ("../06-seal-security/good.md", "/courses/seal-security/good/"),
    ],
)
def test_links_become_addresses_of_the_site(target: str, address: str) -> None:
    assert f'<a href="{address}">here</a>' in with_prose(f"Look [here]({target}).")


def test_links_to_the_web_give_nothing_away() -> None:
    html = with_prose("Read [it](https://standard.example/a?b=c&d#e) and <https://standard.example/>.")
    assert '<a href="https://standard.example/a?b=c&amp;d#e" rel="noopener noreferrer">it</a>' in html
    assert 'href="https://standard.example/" rel="noopener noreferrer"' in html


def test_ids_are_unique_on_the_printed_page() -> None:
    text = good_with(
        "- Call the shift lead. {6.2}\n", "- Call. {6.2}\n\n### Do\n\n- Stop. {6.1}\n\n### Do\n\nGo. {6.1}\n"
    )
    ids = re.findall(r' id="([^"]*)"', lesson(text))
    assert {"do", "do-1", "do-2", "c6.1-3"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_fragments_have_no_paragraph_and_blocks_do() -> None:
    module = rendered(good_with("- [x] H\n", "- [x] **H**, 1 < 2 & so on\n"))
    question = module.questions[0]
    assert question.html == "<p>Look at the seal on the <strong>left</strong> door.</p>"
    assert question.options[1].html == "<strong>H</strong>, 1 &lt; 2 &amp; so on"
    assert question.options[1].text == "H, 1 < 2 & so on"
    assert question.why == "Only class H is enough."


@pytest.mark.parametrize(
    "text", ["1. April", "- none", "# 5", "> 7", "| a | b |", "2019. A year", "1 < 2", "a  b", "+ 3"]
)
def test_an_answer_is_never_a_list_heading_or_quotation(text: str) -> None:
    option = rendered(good_with("- [x] H\n", f"- [x] {text}\n")).questions[0].options[1]
    escaped = " ".join(text.replace("<", "&lt;").replace(">", "&gt;").split())
    assert option.html == escaped


def test_rendering_twice_gives_the_same() -> None:
    assert rendered() == rendered()


def test_the_html_is_valid() -> None:
    module = rendered()
    parser = html5lib.HTMLParser(strict=True)
    for html in [module.opening, *(section.html for section in module.sections), *(q.html for q in module.questions)]:
        parser.parseFragment(html)
        assert parser.errors == []
