"""Addresses of everybody: questions with the program's answers, found by their meaning."""

import hmac
import secrets
from hashlib import sha256

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.guards import public
from lms.catalog.shelf import published
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.core.language import _, current_language, translated
from lms.web.paging import page_of

from . import forms, rules, search, service, versions
from .blueprint import bp
from .rules import Entry
from .search import Found
from .versions import NoSuchEntry

PAGE_SIZE = 50
ID = "int(max=2147483647)"
READER = "reader"  # the name in a visitor's session under which his or her voice counts once


@bp.get("/faq/")
@public
def index() -> str:
    """Every question by category, or what a question in the reader's own words finds."""
    framework = published(db.session).library.framework
    wanted = forms.wanted(request.args, framework)
    found = search.find(db.session, wanted.words, current_language()) if wanted.words else Found()
    every = versions.entries(db.session)
    entries = [e for e in (_ranked(every, found) if wanted.words else every) if rules.fits(e, wanted, framework)]
    if not wanted.words:
        entries = rules.in_order(entries, framework)
    page = page_of(request.args.get("page"), len(entries), PAGE_SIZE)
    return render_template(
        "faq/index.html",
        entries=entries[page.offset : page.last],
        every=every,
        page=page,
        wanted=wanted,
        found=found,
        rules=rules,
        framework=framework,
        entities=[(e.slug, translated(e.name)) for e in framework.entities.values()],
        categories=[(c.number, f"{c.number} {translated(c.short_name)}") for c in framework.categories.values()],
    )


@bp.get(f"/faq/<{ID}:entry_number>")
@public
def entry(entry_number: int) -> str:
    """One question with its answer, or what it said before: `version` names which."""
    library = published(db.session).library
    shown = newest = _known(entry_number)
    asked = request.args.get("version", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 9:
        try:
            shown = versions.as_it_was(db.session, newest, int(asked))
        except NoSuchEntry:
            abort(404)
    voter = _voter()
    return render_template(
        "faq/entry.html",
        one=shown,
        newest=newest,
        said=shown.said(current_language()),
        language=shown.language(current_language()),
        framework=library.framework,
        lesson=rules.lesson(shown.draft.place, library, current_language()),
        history=versions.history(db.session, entry_number),
        votes=service.votes(db.session, shown),
        word=service.word_of(db.session, newest, voter) if voter else None,
    )


@bp.post(f"/faq/<{ID}:entry_number>/helpful")
@public
def helpful(entry_number: int) -> ResponseReturnValue:
    """Whether it helped: one voice a reader, the last word counts."""
    word = request.form.get("helpful")
    if word not in ("yes", "no"):
        abort(400)
    if not current_user.is_authenticated:
        session.setdefault(READER, secrets.token_urlsafe(16))
    try:
        with transaction():
            service.vote(db.session, entry_number, _voter(), helpful=word == "yes", now=now())
    except NoSuchEntry:
        abort(404)
    flash(_("Your word is counted. You may change it on this page."))
    return redirect(url_for("faq.entry", entry_number=entry_number))


def _ranked(every: list[Entry], found: Found) -> list[Entry]:
    by_number = {one.number: one for one in every}
    return [by_number[number] for number in found.entries if number in by_number]


def _known(number: int) -> Entry:
    try:
        return versions.one(db.session, number)
    except NoSuchEntry:
        abort(404)


def _voter() -> str:
    """Who asks, as a hash that leads back to nobody without the site's secret; "" for a visitor who never said a word."""
    who = f"person {current_user.id}" if current_user.is_authenticated else session.get(READER, "")
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"faq {who}".encode(), sha256).hexdigest() if who else ""
