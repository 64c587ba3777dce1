"""Parts of pages that are the same for many people, rendered once in each language and kept as strings.

A form in such a part has a place for the token of whoever gets it; a part that holds somebody's token is refused.
"""

from collections.abc import Hashable

from flask import Flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from lms.core.language import current_language

# A few kilobytes each. When there are this many, all are let go: the busy ones are back within seconds.
MOST = 4000
TOKEN_PLACE = "{{token}}"  # noqa: S105 - where a token goes, not one


class SomebodysToken(Exception):
    """A part that many people get was rendered with the token of one."""


def init(app: Flask) -> None:
    kept: dict[tuple[str, str, Hashable], Markup] = {}
    app.extensions["fragments"] = kept

    def fragment(template: str, key: Hashable, /, **values: object) -> Markup:
        """The template rendered with these values, once for each key and language.

        The key must hold everything else the values depend on.
        """
        place = template, current_language(), key
        found = kept.get(place)
        if found is None:
            if len(kept) >= MOST:
                kept.clear()
            found = Markup(app.jinja_env.get_template(template).render(**values))  # noqa: S704 - a template's own output
            if 'name="csrf_token"' in found and TOKEN_PLACE not in found:
                raise SomebodysToken(template)
            kept[place] = found
        return found

    def with_token(part: Markup) -> Markup:
        """The part with the reader's own token in its forms."""
        return Markup(part.replace(TOKEN_PLACE, generate_csrf()))  # noqa: S704 - a token is letters, digits, dots and dashes

    app.jinja_env.globals |= {"fragment": fragment, "token_place": TOKEN_PLACE}
    app.jinja_env.filters["with_token"] = with_token
