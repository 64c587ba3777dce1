"""Addresses of staff: entries are made, of comments too, said anew, retired and restored."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.guards import guard, me
from lms.accounts.permissions import Permission
from lms.catalog.shelf import published
from lms.content.coverage import coverage
from lms.core.clock import now
from lms.core.database import db, transaction
from lms.feedback import dispositions, groups
from lms.feedback.groups import NoSuchComment
from lms.feedback.models import Comment
from lms.web.form import Errors
from lms.web.paging import page_of

from . import forms, rules, search, service, versions
from .blueprint import bp
from .forms import Typed
from .rules import Draft, Entry
from .service import NothingNew, SaidMeanwhile
from .versions import NoSuchEntry

PAGE_SIZE = 50
MOST_LIKE = 3  # entries that may answer a comment already
ID = "int(max=2147483647)"
ROLL_OUT = Permission.RUN_ROLLOUT


@bp.get("/program/rollout/faq/")
@guard(ROLL_OUT)
def desk() -> str:
    words = " ".join(request.args.get("q", "").split())[: forms.LONGEST_ASKED]
    retired = request.args.get("standing") == "retired"
    entries = _like(words) if words and not retired else versions.entries(db.session, retired=retired)
    page = page_of(request.args.get("page"), len(entries), PAGE_SIZE)
    return render_template(
        "faq/desk.html",
        entries=entries[page.offset : page.last],
        page=page,
        words="" if retired else words,
        retired=retired,
        votes=service.votes_by_entry(db.session),
    )


@bp.get("/program/rollout/faq/new")
@guard(ROLL_OUT)
def new() -> str:
    """Empty, or of the comment that the address names, with what was answered."""
    comment = _comment(request.args.get("comment", ""))
    if comment is None:
        return _form(Typed(), Errors(), None)
    answered = dispositions.newest(db.session, [comment.id]).get(comment.id)
    value = Typed(
        {"en": rules.question_from(comment.text)},
        {"en": answered.text if answered else ""},
        comment.criterion,
        (comment.entity,),
    )
    return _form(value, Errors(), comment)


@bp.post("/program/rollout/faq/new")
@guard(ROLL_OUT)
def create() -> ResponseReturnValue:
    comment = _comment(request.form.get("comment", ""))
    value = forms.typed(request.form)
    if "list" in request.form:
        return _form(value, Errors(), comment)
    draft, errors = _draft(value)
    if errors:
        return _form(value, errors, comment), 422
    of = [comment.id] if comment else []
    with transaction():
        made = service.add(db.session, draft, by_id=me().id, now=now(), comments=of).id
    flash(f"Entry {made} is in the FAQ. Members find it from now on.")
    return redirect(url_for("faq.edit", entry_number=made))


@bp.get(f"/program/rollout/faq/<{ID}:entry_number>")
@guard(ROLL_OUT)
def edit(entry_number: int) -> str:
    one = _known(entry_number)
    return _page(one, forms.typed_of(one.draft), Errors())


@bp.post(f"/program/rollout/faq/<{ID}:entry_number>")
@guard(ROLL_OUT)
def save(entry_number: int) -> ResponseReturnValue:
    """A new version. What somebody else saved meanwhile is shown beside what was typed, and never overwritten unread."""
    value, read = forms.typed(request.form), request.form.get("after", "")
    if "list" in request.form:
        return _page(_known(entry_number), value, Errors(), read)
    draft, errors = _draft(value)
    if errors:
        return _page(_known(entry_number), value, errors, read), 422
    try:
        with transaction():
            after = int(read) if read.isascii() and read.isdigit() else 0
            version = service.change(db.session, entry_number, draft, after=after, by_id=me().id, now=now()).number
    except NoSuchEntry:
        abort(404)
    except NothingNew:
        flash("Nothing was changed: the entry says this already.", "info")
    except SaidMeanwhile:
        errors.add("question-en", "Somebody saved another version meanwhile. Put both together, then save again.")
        return _page(_known(entry_number), value, errors, theirs=True), 409
    else:
        flash(f"Version {version} is shown from now on.")
    return redirect(url_for("faq.edit", entry_number=entry_number))


@bp.post(f"/program/rollout/faq/<{ID}:entry_number>/retire")
@guard(ROLL_OUT)
def retire(entry_number: int) -> ResponseReturnValue:
    return _moved(entry_number, shown=False)


@bp.post(f"/program/rollout/faq/<{ID}:entry_number>/restore")
@guard(ROLL_OUT)
def restore(entry_number: int) -> ResponseReturnValue:
    return _moved(entry_number, shown=True)


@bp.post(f"/program/rollout/faq/<{ID}:entry_number>/comments")
@guard(ROLL_OUT)
def link(entry_number: int) -> ResponseReturnValue:
    """The entry answers one comment more."""
    comment = _comment(request.form.get("comment", "")) or abort(404)
    comment_id = comment.id
    try:
        with transaction():
            service.link(db.session, entry_number, comment_id, by_id=me().id, now=now())
    except NoSuchEntry:
        abort(404)
    flash(f"Entry {entry_number} answers this comment. No new entry was made.")
    return redirect(url_for("faq.edit", entry_number=entry_number))


def _moved(number: int, *, shown: bool) -> ResponseReturnValue:
    try:
        with transaction():
            (service.restore if shown else service.retire)(db.session, number, by_id=me().id, now=now())
    except NoSuchEntry:
        abort(404)
    flash("The entry is shown again." if shown else "The entry is shown no more. You may restore it at any time.")
    return redirect(url_for("faq.edit", entry_number=number))


def _comment(public_id: str) -> Comment | None:
    """The comment that is answered: the one that it was merged into, if it was; None where none is named."""
    if not public_id:
        return None
    try:
        named = groups.known(db.session, public_id)
    except NoSuchComment:
        abort(404)
    return db.session.get(Comment, named.merged_id) if named.merged_id else named


def _known(number: int) -> Entry:
    try:
        return versions.one(db.session, number, retired=True)
    except NoSuchEntry:
        abort(404)


def _like(words: str, criterion: str = "") -> list[Entry]:
    """Entries that the words find; those about the criterion first."""
    by_number = {one.number: one for one in versions.entries(db.session)}
    found = search.find(db.session, words, "en").entries
    like = [by_number[number] for number in found if number in by_number]
    return sorted(like, key=lambda one: criterion not in one.draft.criteria)


def _draft(value: Typed) -> tuple[Draft, Errors]:
    library = published(db.session).library
    return forms.draft(value, library.framework, coverage(library), service.said)


def _form(value: Typed, errors: Errors, comment: Comment | None) -> str:
    library = published(db.session).library
    return render_template(
        "faq/new.html",
        value=value,
        errors=errors,
        comment=comment,
        like=_like(comment.text, comment.criterion)[:MOST_LIKE] if comment else [],
        framework=library.framework,
        places=forms.offered(value, coverage(library)),
    )


def _page(one: Entry, value: Typed, errors: Errors, read: str = "", *, theirs: bool = False) -> str:
    """`read` is the version that was read before typing; the newest where none is named. `theirs`: show what that one says."""
    library = published(db.session).library
    return render_template(
        "faq/edit.html",
        one=one,
        value=value,
        errors=errors,
        after=read or one.version,
        theirs=theirs,
        history=versions.history(db.session, one.number),
        votes=service.votes(db.session, one),
        framework=library.framework,
        places=forms.offered(value, coverage(library)),
    )
