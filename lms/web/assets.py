"""Addresses of our own static files, with a hash of the content so that browsers may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask

YEAR = 365 * 24 * 3600


def init(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR

    @cache
    def asset(path: str) -> str:
        """/static/css/site.css?v=1f2e3d4c; without the hash where the file is not there yet."""
        file = folder / path
        if not file.is_file():
            return f"/static/{path}"
        return f"/static/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:8]}"

    app.jinja_env.globals["asset"] = asset
