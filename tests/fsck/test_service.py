"""Whatever a hand changes in the database, past the site's rules, the check of that invariant names the row."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment.models import Attempt
from lms.core.database import Base
from lms.fsck.service import INVARIANTS, check
from tests.conftest import on_both
from tests.factories.training import SEALS, WALK

from .world import NOBODY, World, copied, make_world, vandalize, without_unique_keys


@dataclass(frozen=True, slots=True)
class Case:
    """A corruption, and what must be said of it: invariant, table, key, a part of the sentence."""

    what: str
    invariant: str
    table: str
    key: Callable[[World], Mapping[str, Any]]
    sql: Callable[[World], tuple[str, ...] | str]
    says: str


def _id(name: str) -> Callable[[World], Mapping[str, Any]]:
    return lambda w: {"id": getattr(w, name)}


def _of_attempt(w: World) -> Mapping[str, Any]:
    return {"attempt_id": w.attempt, "question": w.answered}


def _reminder(whose: str, days: int = 7) -> Callable[[World], Mapping[str, Any]]:
    return lambda w: {"person_id": getattr(w, whose), "module": SEALS, "due_on": "2026-10-12", "days": days}


def _progress(module: str = SEALS) -> Callable[[World], Mapping[str, Any]]:
    return lambda w: {"person_id": w.done, "module": module}


def _required(module: str = SEALS) -> Callable[[World], Mapping[str, Any]]:
    return lambda w: {"profile_id": w.profile, "module": module}


def _figures(_world: World) -> Mapping[str, Any]:
    return {"dimension": "all", "value": "", "topic": "all", "day": "2026-10-06"}


_ON_THE_DAY = "dimension = 'all' AND topic = 'all' AND day = '2026-10-06'"


def _set(table: str, values: str, where: str = "id = {0}", *names: str) -> Callable[[World], str]:
    """UPDATE with the world's keys in place of {0}, {1}."""
    return lambda w: f"UPDATE {table} SET {values} WHERE {where}".format(*(getattr(w, name) for name in names))


def _set_progress(values: str) -> Callable[[World], str]:
    return _set("progress", values, f"person_id = {{0}} AND module = '{SEALS}'", "done")


CASES = (
    Case("an answer of no attempt", "P4", "answer", lambda w: {"attempt_id": NOBODY, "question": w.answered},
         lambda w: f"UPDATE answer SET attempt_id = {NOBODY} WHERE attempt_id = {w.attempt} AND question = '{w.answered}'",
         f"attempt_id {NOBODY} is not in attempt"),
    Case("a reading of nobody", "P4", "section_reading",
         lambda w: {"person_id": NOBODY, "module": SEALS, "section": "why-seals"},
         lambda w: f"INSERT INTO section_reading VALUES ({NOBODY}, '{SEALS}', 'why-seals', '2026-10-06 15:00:00.000000')",
         "is not in person"),
    Case("a proctor who is nobody", "P4", "attempt", _id("attempt"),
         _set("attempt", f"proctor_id = {NOBODY}", "id = {0}", "attempt"), "proctor_id"),
    Case("a profile under another key", "P4", "profile", _id("profile"),
         _set("profile", "key = 'x'", "id = {0}", "profile"), "key is x"),
    Case("a profile that names a function twice", "P4", "profile", _id("profile"),
         _set("profile", "functions = '[\"driver\", \"driver\"]'", "id = {0}", "profile"), "twice"),
    Case("a completion of another person", "P4", "completion", _id("completion"),
         _set("completion", "person_id = {1}", "id = {0}", "completion", "failed"), "person_id is"),
    Case("a completion of another module", "P4", "completion", _id("completion"),
         _set("completion", f"module = '{WALK}'", "id = {0}", "completion"), "module is"),
    Case("a completion without a pass", "P4", "completion", _id("completion"),
         _set("completion", "attempt_id = {1}", "id = {0}", "completion", "repaired"), "person_id is"),
    Case("a completion of a fail", "P4", "completion", _id("completion"),
         lambda w: f"UPDATE attempt SET passed = (1 = 0) WHERE id = {w.attempt}", "was not passed"),
    Case("a completion with another percent", "P4", "completion", _id("completion"),
         _set("completion", "percent = 3", "id = {0}", "completion"), "percent is 3"),
    Case("a person whom nobody employs", "P4", "person", _id("done"),
         lambda w: f"DELETE FROM employment WHERE person_id = {w.done}", "goes on"),
    Case("a person employed elsewhere", "P4", "person", _id("done"),
         lambda w: (f"INSERT INTO organization (id, number, name, declined, created_at) VALUES ({NOBODY}, 'X', 'X', '[]', "
                    "'2026-10-06 15:00:00.000000')",
                    f"UPDATE employment SET organization_id = {NOBODY} WHERE person_id = {w.done}"),
         "that of the employment is"),
    Case("an employment that ended before it began", "P4", "employment", lambda w: {"id": NOBODY},
         lambda w: copied("employment", f"person_id = {w.done}", id=str(NOBODY), ended_on="'2019-01-01'"), "before it began"),
    Case("two employments at once", "P4", "employment", lambda w: {"id": w.employment},
         lambda w: copied("employment", f"person_id = {w.done}", id=str(NOBODY), ended_on="'2099-01-01'"),
         "the one before it ended on 2099-01-01"),
    Case("two employments that go on", "P4", "person", _id("done"),
         lambda w: ("DROP INDEX uq_employment_current", copied("employment", f"person_id = {w.done}", id=str(NOBODY))),
         "2 employments go on"),
    Case("an exemption that nobody follows", "P3", "person", _id("done"),
         lambda w: "INSERT INTO exemption (id, person_id, module, reason, by_id, created_at) VALUES "
                   f"(1, {w.done}, '{SEALS}', 'x', {w.done}, '2026-10-06 15:00:00.000000')",
         f"by the exemptions in force it is {SEALS}"),
    Case("a document that was edited", "S4", "document", lambda w: {"digest": w.document},
         _set("document", "body = body || ' '", "digest = '{0}'", "document"), "SHA-256"),
    Case("an attempt with half a result", "S1", "attempt", _id("attempt"),
         _set("attempt", "score = NULL", "id = {0}", "attempt"), "neither"),
    Case("a submission twice", "S1", "audit_entry", lambda w: {"id": NOBODY},
         lambda w: copied("audit_entry", f"action = 'attempt.submitted' AND subject = '{w.public_id}'", id=str(NOBODY)),
         "was submitted before"),
    Case("an answer after the submission", "S1", "answer", _of_attempt,
         _set("answer", "saved_at = '2030-01-01 00:00:00.000000'", "attempt_id = {0} AND question = '{1}'", "attempt",
              "answered"), "after the attempt was submitted"),
    Case("an answer to another question", "S6", "answer", lambda w: {"attempt_id": w.attempt, "question": "elsewhere"},
         _set("answer", "question = 'elsewhere'", "attempt_id = {0} AND question = '{1}'", "attempt", "answered"),
         "not drawn"),
    Case("a question that its module has not", "S6", "attempt", _id("attempt"),
         _set("attempt", "paper = '{{\"drawn\": [{{\"question\": \"elsewhere\", \"shown\": []}}]}}'", "id = {0}", "attempt"),
         "elsewhere is not in the module"),
    Case("a paper that is none", "S6", "attempt", _id("attempt"),
         _set("attempt", "paper = '[]'", "id = {0}", "attempt"), "cannot be read"),
    Case("a score raised", "S2", "attempt", _id("repaired"),
         _set("attempt", "score = '7'", "id = {0}", "repaired"), "the result is 7 of 7"),
    Case("a fail made a pass", "S2", "attempt", _id("repaired"),
         _set("attempt", "passed = (1 = 1)", "id = {0}", "repaired"), "passed, marked again"),
    Case("an answer put right", "S2", "attempt", _id("attempt"),
         _set("answer", "response = '[]'", "attempt_id = {0} AND question = '{1}'", "attempt", "answered"), "marked again"),
    Case("answers taken out", "S2", "attempt", _id("attempt"),
         lambda w: f"DELETE FROM answer WHERE attempt_id = {w.attempt}", "marked again 0 of"),
    Case("a pass mark lowered", "S2", "attempt", _id("attempt"),
         _set("attempt", "pass_mark = 1", "id = {0}", "attempt"), "pass_mark is 1"),
    Case("an attempt under another module", "S2", "attempt", _id("attempt"),
         _set("attempt", f"module = '{WALK}'", "id = {0}", "attempt"), "the document it pins"),
    Case("a remark raised", "S2", "remark", _id("remark"),
         _set("remark", "score = '7'", "id = {0}", "remark"), "the result is 7 of 7"),
    Case("a remark taken out", "S2", "attempt", _id("repaired"),
         lambda w: f"DELETE FROM remark WHERE attempt_id = {w.repaired}", "there is no remark"),
    Case("a remark that a repair of another module brings", "S2", "remark", _id("remark"),
         _set("repair", f"module = '{WALK}'", "id = {0}", "repair"), "does not concern attempt"),
    Case("two open attempts", "P5", "attempt", lambda w: {"id": NOBODY},
         lambda w: ("DROP INDEX uq_attempt_open",
                    copied("attempt", f"id = {w.opened}", id=str(NOBODY), public_id="'twin'")), "another open attempt"),
    Case("progress without its row", "P3", "progress", _progress(),
         lambda w: f"DELETE FROM progress WHERE person_id = {w.done} AND module = '{SEALS}'", "there is no row"),
    Case("progress without a trace", "P3", "progress", _progress("seal-security/none"),
         lambda w: copied("progress", f"person_id = {w.done} AND module = '{SEALS}'", module="'seal-security/none'"),
         "no section was opened"),
    Case("progress begun later", "P3", "progress", _progress(),
         _set_progress("started_at = '2026-10-07 15:00:00.000000'"), "started_at is"),
    Case("progress begun earlier", "P3", "progress", _progress(),
         _set_progress("started_at = '2026-10-05 15:00:00.000000'"), "started_at is"),
    Case("progress not complete", "P3", "progress", _progress(), _set_progress("completed_at = NULL"), "completed_at is"),
    Case("progress complete without a completion", "P3", "progress", lambda w: {"person_id": w.failed, "module": SEALS},
         _set("progress", "completed_at = started_at", "person_id = {0}", "failed"), "recounted None"),
    Case("progress valid for longer", "P3", "progress", _progress(),
         _set_progress("valid_until = '2099-01-01'"), "valid_until is 2099-01-01"),
    Case("progress due once more for nothing", "P3", "progress", _progress(),
         _set_progress("again_because = 'change', again_on = '2026-12-01', completed_at = NULL"), "again_because is change"),
    Case("progress with a day for nothing", "P3", "progress", _progress(),
         _set_progress("again_on = '2026-12-01'"), "again_on is 2026-12-01"),
    Case("a requirement taken out", "P3", "profile_requirement", _required(),
         lambda w: f"DELETE FROM profile_requirement WHERE profile_id = {w.profile} AND module = '{SEALS}'",
         "there is no row"),
    Case("a requirement added", "P3", "profile_requirement", _required("seal-security/none"),
         lambda w: copied("profile_requirement", f"profile_id = {w.profile} AND module = '{SEALS}'",
                          module="'seal-security/none'"), "not required"),
    Case("a due day moved", "P3", "profile_requirement", _required(),
         _set("profile_requirement", "due_on = '2099-01-01'", f"profile_id = {{0}} AND module = '{SEALS}'", "profile"),
         "due_on is 2099-01-01"),
    Case("a company counted with other facts", "P3", "company_count", lambda w: {"organization_id": w.home},
         _set("person", "language = 'es'", "id = {0}", "done"), "other facts"),
    Case("a company that was never counted", "P3", "company_count", lambda w: {"organization_id": w.home},
         _set("company_count", f"organization_id = {NOBODY}", "organization_id = {0}", "home"), "never counted"),
    Case("figures of a company raised", "P3", "company_figure", lambda w: {"organization_id": w.home, "topic": "category:6"},
         _set("company_figure", "complete = 99", "organization_id = {0} AND topic = 'category:6'", "home"),
         "complete is 99, recounted"),
    Case("figures of a company taken out", "P3", "company_figure", lambda w: {"organization_id": w.home, "topic": "all"},
         _set("company_figure", "topic = 'none'", "organization_id = {0} AND topic = 'all'", "home"), "there is no row"),
    Case("figures of a day raised", "P3", "figure_day", _figures,
         lambda w: f"UPDATE figure_day SET required = 99 WHERE {_ON_THE_DAY}", "required is 99, recounted"),
    Case("figures of a day taken out", "P3", "figure_day", _figures,
         lambda w: f"DELETE FROM figure_day WHERE {_ON_THE_DAY}", "there is no row"),
    Case("a criterion answered more often", "P3", "criterion_figure", lambda w: {"criterion": "6.1", "entity": ""},
         lambda w: "UPDATE criterion_figure SET asked = 99 WHERE criterion = '6.1' AND entity = ''",
         "asked and right are 99 and"),
    Case("a second certificate", "C1", "certificate", lambda w: {"id": NOBODY},
         lambda w: (*without_unique_keys("certificate", "uq_certificate_person_id_category_completion_id"),
                    copied("certificate", f"id = {w.certificate}", id=str(NOBODY), number="'0000000000000'")),
         "another certificate of category 6"),
    Case("a second certificate of a workshop", "C1", "certificate", lambda w: {"id": NOBODY},
         lambda w: (*without_unique_keys("certificate", "uq_certificate_person_id_occasion"),
                    copied("certificate", f"id = {w.attended}", id=str(NOBODY), number="'0000000000000'")),
         "another certificate of workshop dock-2026"),
    Case("a certificate that renews two", "C1", "certificate", lambda w: {"id": NOBODY},
         lambda w: (*without_unique_keys("certificate", "uq_certificate_renews_id"),
                    copied("certificate", f"id = {w.renewal}", id=str(NOBODY), number="'0000000000000'",
                           completion_id=str(w.walk))), "renews certificate"),
    Case("a renewal that is none in its row", "C1", "certificate", _id("renewal"),
         _set("certificate", "renews_id = NULL", "id = {0}", "renewal"), "renews_id is no certificate"),
    Case("a renewal that is none in its record", "C1", "certificate", _id("program"),
         _set("certificate", "renews_id = {1}", "id = {0}", "program", "certificate"), "its record renews nothing"),
    Case("a renewal of another person's", "C1", "certificate", _id("renewal"),
         _set("certificate", "person_id = {1}", "id = {0}", "renewed", "failed"), "of another person or course"),
    Case("a renewal of a newer one", "C1", "certificate", lambda w: {"id": 0},
         _set("certificate", "id = 0", "id = {0}", "renewal"), "which is not older"),
    Case("a certificate without its completion", "C2", "certificate", _id("certificate"),
         lambda w: f"DELETE FROM completion WHERE id = {w.completion}", "is not one of person"),
    Case("a program certificate with a module missing", "C2", "certificate", _id("program"),
         lambda w: (f"DELETE FROM completion WHERE id = {w.walk}",
                    f"DELETE FROM certificate WHERE completion_id = {w.walk}"), "has not completed"),
    Case("a certificate better than its quiz", "C2", "certificate", _id("certificate"),
         _set("completion", "percent = 3", "id = {0}", "completion"), "percent is"),
    Case("a certificate worse than its quizzes", "C2", "certificate", _id("certificate"),
         lambda w: f"UPDATE certificate SET record = '{w.worse}' WHERE id = {w.certificate}", "the band of no quiz"),
    Case("a certificate under another name", "C4", "certificate", _id("certificate"),
         lambda w: f"UPDATE certificate SET record = '{w.forged}' WHERE id = {w.certificate}", "when it was issued to"),
    Case("a certificate valid for longer", "C4", "certificate", _id("certificate"),
         _set("certificate", "valid_until = '2099-01-01'", "id = {0}", "certificate"), "in the record"),
    Case("a certificate that nobody issued", "C4", "certificate", _id("certificate"),
         lambda w: f"DELETE FROM audit_entry WHERE action = 'certificate.issued' AND subject = '{w.number}'",
         "the audit has no row"),
    Case("an attendance that nobody recorded", "C4", "certificate", _id("attended"),
         lambda w: f"DELETE FROM audit_entry WHERE action = 'certificate.issued' AND subject = '{w.attended_number}'",
         "the audit has no row"),
    Case("a completion's certificate of a workshop", "C4", "certificate", _id("attended"),
         lambda w: f"UPDATE certificate SET occasion = NULL, category = 6, completion_id = {w.walk} WHERE id = {w.attended}",
         "category is 6"),
    Case("a credential of another record", "C5", "certificate_credential", lambda w: {"certificate_id": w.certificate},
         lambda w: f"UPDATE certificate_credential SET jwt = '{w.other_jwt}' WHERE certificate_id = {w.certificate}",
         "the record in it is not"),
    Case("a credential that we did not sign", "C5", "certificate_credential", lambda w: {"certificate_id": w.certificate},
         lambda w: f"UPDATE certificate_credential SET jwt = '{w.unsigned_jwt}' WHERE certificate_id = {w.certificate}",
         "it is not signed by us"),
    Case("a credential that is none", "C5", "certificate_credential", lambda w: {"certificate_id": w.certificate},
         _set("certificate_credential", "jwt = 'x.y.z'", "certificate_id = {0}", "certificate"), "cannot be read"),
    Case("a credential without a trace", "C5", "certificate_credential", lambda w: {"certificate_id": w.certificate},
         lambda w: f"DELETE FROM audit_entry WHERE action = 'certificate.signed' AND subject = '{w.number}'", "the audit has no row"),
    Case("a code of another certificate", "C5", "certificate_credential", lambda w: {"certificate_id": w.certificate},
         _set("certificate_credential", "code = 'WzEsIngiXQ.x.x'", "certificate_id = {0}", "certificate"), "its code is that of x"),
    Case("a credential under another key", "C5", "certificate_credential", lambda w: {"certificate_id": w.certificate},
         _set("certificate_credential", "key_id = 'x'", "certificate_id = {0}", "certificate"), "key_id is x"),
    Case("a revocation taken back", "C6", "certificate", _id("revoked"),
         lambda w: f"DELETE FROM revocation WHERE certificate_id = {w.revoked}", "but no revocation is there"),
    Case("a revocation for another reason", "C6", "revocation", lambda w: {"certificate_id": w.revoked},
         _set("revocation", "reason = 'wrong facts'", "certificate_id = {0}", "revoked"), "reason is wrong facts"),
    Case("a revocation by somebody else", "C6", "revocation", lambda w: {"certificate_id": w.revoked},
         _set("revocation", "by_id = {1}", "certificate_id = {0}", "revoked", "done"), "by_id is"),
    Case("a revocation that nobody decided", "C6", "revocation", lambda w: {"certificate_id": w.program},
         lambda w: copied("revocation", f"certificate_id = {w.revoked}", certificate_id=str(w.program)), "the audit has no row"),
    Case("a document of a certificate redrawn", "C5", "certificate_document",
         lambda w: {"certificate_id": w.certificate, "language": "en", "paper": "letter"},
         _set("certificate_document", "digest = 'x'", "certificate_id = {0}", "certificate"), "not x"),
    Case("a second letter of a day", "J2", "letter", lambda w: {"id": NOBODY},
         lambda w: (*without_unique_keys("letter", "uq_letter_person_id_kind_day_about"),
                    copied("letter", f"id = {w.letter}", id=str(NOBODY))), "has another reminder of 2026-10-06"),
    Case("a digest of a Tuesday", "J2", "letter", _id("digest"),
         _set("letter", "day = '2026-10-06'", "id = {0}", "digest"), "no Monday"),
    Case("a letter that was sent at no moment", "J2", "letter", _id("letter"),
         _set("letter", "sent_at = NULL", "id = {0}", "letter"), "state is sent, sent_at None"),
    Case("a letter that was sent by nobody", "J2", "letter", _id("letter"),
         _set("letter", "taken_at = NULL", "id = {0}", "letter"), "nobody took it"),
    Case("a reminder in a letter to somebody else", "J2", "reminder", _reminder("failed"),
         _set("reminder", "person_id = {1}", "letter_id = {0}", "letter", "failed"), "is a reminder to person"),
    Case("a reminder in a digest", "J2", "reminder", _reminder("done"),
         _set("reminder", "letter_id = {1}", "letter_id = {0}", "letter", "digest"), "is a digest"),
    Case("a reminder of another day", "J2", "reminder", _reminder("done", 30),
         _set("reminder", "days = 30", "letter_id = {0}", "letter"), "days is 30, 24 from that of letter"),
    Case("an audit row changed", "A2", "audit_entry", _id("audit"),
         _set("audit_entry", "subject = 'x'", "id = {0}", "audit"), "does not fit"),
)  # fmt: skip


def run(app: Flask) -> tuple[int, Mapping[str, Any]]:
    result = app.test_cli_runner().invoke(args=["fsck", "--format", "json"])
    return result.exit_code, json.loads(result.stdout)


@on_both
def test_a_site_with_a_history_is_whole(app: Flask, session: Session) -> None:
    world = make_world(session)
    assert world.program != world.certificate
    assert run(app)[1]["findings"] == []
    result = app.test_cli_runner().invoke(args=["fsck"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(" rows looked at, nothing wrong.\n")
    assert result.stdout.count("\n") == 1


@on_both
@pytest.mark.parametrize("case", [pytest.param(case, id=case.what) for case in CASES])
def test_a_corruption_is_named(app: Flask, session: Session, case: Case) -> None:
    world = make_world(session)
    statements = case.sql(world)
    vandalize(*((statements,) if isinstance(statements, str) else statements))
    status, document = run(app)
    assert status == 1
    rows = [f for f in document["findings"] if f["invariant"] == case.invariant and f["table"] == case.table]
    assert [row["key"] for row in rows] == [case.key(world)]
    assert case.says in rows[0]["what"]


@on_both
def test_files_of_revisions_are_held_to_their_hashes(app: Flask, session: Session) -> None:
    digest = session.execute(select(Base.metadata.tables["blob"].c.digest).order_by("digest").limit(1)).scalar_one()
    session.rollback()
    other = f"(SELECT content FROM blob WHERE digest <> '{digest}' LIMIT 1)"
    vandalize(f"UPDATE blob SET content = {other} WHERE digest = '{digest}'",
              "DELETE FROM revision_file WHERE path = 'program.yml'")  # fmt: skip
    found = {(f["table"], *f["key"].values()) for f in run(app)[1]["findings"]}
    assert found == {("blob", digest), ("revision", 1)}


def test_every_invariant_has_a_corruption() -> None:
    assert {case.invariant for case in CASES} == {name for name, _ in INVARIANTS}
    assert {case.table for case in CASES} >= {"attempt", "answer", "remark", "progress", "certificate", "completion"}


def test_a_finding_in_words(app: Flask, session: Session) -> None:
    world = make_world(session)
    vandalize(f"UPDATE attempt SET score = '7' WHERE id = {world.repaired}",
              f"UPDATE audit_entry SET subject = 'x' WHERE id = {world.audit}")  # fmt: skip
    result = app.test_cli_runner().invoke(args=["fsck"])
    assert result.exit_code == 1
    first, second, last = result.stdout.splitlines()
    assert first.startswith(f"S2  attempt id={world.repaired}: the result is 7 of 7, not passed, marked again ")
    assert second == f"A2  audit_entry id={world.audit}: it does not fit the hash of the row before it."
    assert last.endswith(" rows looked at, 2 findings.")


@on_both
def test_nothing_is_written_and_the_session_goes_on(session: Session) -> None:
    world = make_world(session)
    before = {
        table: session.execute(select(func.count()).select_from(table)).scalar()
        for table in Base.metadata.sorted_tables
    }
    told: list[tuple[str, int]] = []
    *findings, rows = check(session, lambda invariant, looked: told.append((invariant, looked)))
    assert findings == []
    assert told[-1] == ("A2", rows)
    assert [looked for _, looked in told] == sorted(looked for _, looked in told)
    assert before == {
        t: session.execute(select(func.count()).select_from(t)).scalar() for t in Base.metadata.sorted_tables
    }
    session.get_one(Attempt, world.attempt).form = 1  # the session may write again
    session.commit()


def test_what_cannot_be_read_ends_no_check(app: Flask, session: Session) -> None:
    make_world(session)
    vandalize("UPDATE answer SET saved_at = 'yesterday'", "UPDATE profile SET entities = '['")
    found = {f["invariant"]: f for f in run(app)[1]["findings"]}
    assert found["S1"]["table"] == "answer"
    assert found["P4"]["table"] == "profile"
    assert "cannot be read" in found["P4"]["what"]


def test_an_empty_site_is_whole(app: Flask) -> None:
    assert run(app)[0] == 0


def test_wrong_use(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["fsck", "--format", "xml"]).exit_code == 2
