"""The unit of measure: the smallest Flask app there is. Five bytes, no cookie, nothing of ours."""

from flask import Flask


def hello_app() -> Flask:
    app = Flask("hello")

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app
