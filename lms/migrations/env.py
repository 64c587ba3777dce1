"""Alembic's way into the app's database; run by `flask db`."""

from alembic import context

import lms.accounts.models
import lms.announcements.models
import lms.api.models
import lms.assessment.models
import lms.bundles.models
import lms.catalog.models
import lms.certificates.models
import lms.core.audit
import lms.core.jobs
import lms.evidence.models
import lms.faq.models
import lms.feedback.models
import lms.learning.models
import lms.notices.models
import lms.reporting.models
import lms.roster.models
import lms.schedule.models
import lms.workbooks.models
import lms.workshops.models  # noqa: F401 - the imports fill the metadata
from lms.core.database import Base, db


def _of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """Full text is each engine's own: SQLite's index has tables beside it, all under its name."""
    return kind != "table" or not (name or "").startswith("faq_index")


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=_of_the_models,
            transaction_per_migration=True,
            user_module_prefix="types.",
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: set DATABASE_URL.")
run()
