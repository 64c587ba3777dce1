"""The jobs that draw what a bundle still lacks, a chunk each."""

from typing import cast

from flask import current_app

from lms.certificates import drawing
from lms.certificates.designs import Paper
from lms.certificates.pdf import CannotDraw
from lms.core.clock import now
from lms.core.database import db
from lms.core.jobs import Arguments, Beat, Unfinished, handles
from lms.core.language import Language

from . import service
from .models import Bundle


def _turn(arguments: Arguments) -> int:
    """The first chunks of every bundle go first, so that a small one does not wait for a large one."""
    return -int(arguments["chunk"])


@handles(service.DRAW, priority=_turn)
def draw(arguments: Arguments, beat: Beat) -> None:
    """Draw what is missing of a chunk. One that cannot be drawn holds up no other; the first reason stands for all."""
    bundle = db.session.get_one(Bundle, arguments["bundle"])
    language, paper = cast(Language, bundle.language), cast(Paper, bundle.paper)
    reason = ""
    for certificate_id in service.undrawn(db.session, bundle, arguments["chunk"]):
        beat()
        settings = current_app.extensions["settings"]
        try:
            drawing.document(db.session, certificate_id, language=language, paper=paper, settings=settings, now=now())
        except CannotDraw as error:
            reason = reason or str(error)
    if reason:
        raise Unfinished(reason)
