"""Migrations and models agree, and go forwards and back, on both databases."""

from flask import Flask
from sqlalchemy import inspect

from lms.core.database import db
from lms.migrations.commands import check, downgrade, upgrade
from tests.conftest import on_both


@on_both
def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with app.app_context():
        check()  # raises when a migration is missing
        assert "person" in inspect(db.engine).get_table_names()


@on_both
def test_migrations_go_back_and_forwards_with_data(app: Flask) -> None:
    with app.app_context():
        tables = set(inspect(db.engine).get_table_names())
        downgrade("base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade()
        assert set(inspect(db.engine).get_table_names()) == tables
