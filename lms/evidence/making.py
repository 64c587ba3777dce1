"""Making a packet: facts read, certificates drawn where they are missing, documents written, all of it signed. For requests and jobs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.bundles.rules import file_name
from lms.catalog.shelf import published
from lms.certificates import drawing
from lms.certificates.designs import Paper
from lms.certificates.drawing import Place
from lms.certificates.known import Known
from lms.certificates.models import Certificate, CertificateDocument
from lms.certificates.pdf import CannotDraw
from lms.certificates.rules import PROGRAM
from lms.core.clock import now
from lms.core.language import Language, _, using
from lms.signing import keys
from lms.signing.rules import KeysError

from . import document, packet, workbook
from .facts import Facts
from .gathering import gather
from .packet import CERTIFICATES, DOCUMENT, README, RECORDS, Entry, entry
from .rules import MOST_CERTIFICATES, Period
from .summary import summarize
from .texts import texts

STEP = 200  # ids of certificates asked for at once


@dataclass(frozen=True, slots=True)
class Question:
    """Whose evidence of which period, and how its documents are to be."""

    organization_id: int
    period: Period
    language: Language
    paper: Paper


def make(session: Session, asked: Question, settings: Place, beat: Callable[[], None]) -> bytes:
    """The packet as packet.sealed writes it. The same rows give the same bytes, with the same libraries, fonts and key.

    Raises CannotDraw. Leaves no transaction open while it draws; `beat` is called between pieces and may end one.
    """
    try:
        signing = keys.load(settings.signing_key_file)
    except KeysError as error:
        raise CannotDraw(str(error)) from error
    facts = gather(session, asked.organization_id, asked.period)
    library = published(session).library
    _draw_missing(session, facts.filed[:MOST_CERTIFICATES], asked, settings, beat)
    kept = _kept(session, facts.filed[:MOST_CERTIFICATES])
    with using(asked.language):
        paths = {known.record.number: _path(known) for known in facts.filed[:MOST_CERTIFICATES]}
        certificates = [
            Entry(paths[known.record.number], kept[known.id].size, kept[known.id].sha256)
            for known in facts.filed[:MOST_CERTIFICATES]
        ]
        text_of = texts(session, {one.text for one in facts.new_done})
        session.rollback()
        beat()
        ahead = asked.period.until + timedelta(days=library.framework.program.refresher_days)
        summary = summarize(facts, library, asked.language, ahead)
        files = {
            README: packet.readme(facts, site=settings.site_url),
            RECORDS: workbook.records(facts, summary, library, text_of, paths),
            **{text.name: text.data for text in text_of.values()},
        }
        beat()
        files[DOCUMENT] = document.draw(facts, summary, library, paper=asked.paper, beat=beat)
    manifest = packet.manifest(
        facts,
        [*(entry(path, data) for path, data in files.items()), *certificates],
        site=settings.site_url,
        language=asked.language,
        paper=asked.paper,
        counts=_counts(facts),
    )
    return packet.sealed(files, manifest, signing)


def undrawn(session: Session, asked: Question) -> int:
    """How many certificates of the period, at most, have no document yet."""
    drawn = select(CertificateDocument.certificate_id)
    missing = select(func.count()).where(
        Certificate.organization_id == asked.organization_id,
        Certificate.issued_at >= asked.period.begins,
        Certificate.id.not_in(drawn),
    )
    return session.execute(missing).scalar_one()


def _draw_missing(
    session: Session, filed: Sequence[Known], asked: Question, settings: Place, beat: Callable[[], None]
) -> None:
    drawn = _kept(session, filed)
    for known in filed:
        if known.id not in drawn:
            beat()
            drawing.document(
                session, known.id, language=asked.language, paper=asked.paper, settings=settings, now=now()
            )


def _kept(session: Session, filed: Sequence[Known]) -> dict[int, Entry]:
    """The document of each certificate that was drawn first, which never changes; those without one are left out."""
    found: dict[int, Entry] = {}
    ids = [known.id for known in filed]
    for at in range(0, len(ids), STEP):
        rows = session.execute(
            select(
                CertificateDocument.certificate_id,
                func.length(CertificateDocument.pdf),
                CertificateDocument.digest,
            )
            .where(CertificateDocument.certificate_id.in_(ids[at : at + STEP]))
            .order_by(CertificateDocument.drawn_at, CertificateDocument.language, CertificateDocument.paper)
        )
        for id_, size, digest in rows:
            found.setdefault(id_, Entry("", size, digest))
    return found


def _path(known: Known) -> str:
    record = known.record
    if record.workshop:
        kind = record.workshop.title
    else:
        kind = _("Program") if record.category == PROGRAM else _("Category %(number)s", number=record.category)
    return CERTIFICATES + file_name(f"{record.name} - {kind}", record.number)


def _counts(facts: Facts) -> dict[str, int]:
    return {
        "people": len(facts.members),
        "completions": len(facts.new_done),
        "attempts": len(facts.new_tries),
        "certificates": len(facts.courses),
        "workshops": len(facts.workshops),
        "exemptions": len(facts.exemptions),
    }
