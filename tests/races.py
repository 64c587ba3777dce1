"""Several pieces of work that begin at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from lms.core.database import transaction

AT_ONCE = 4


def race(app: Flask, *works: Callable[[], object]) -> list[object]:
    """What each work returned, or the error it raised, when all began at the same moment."""
    start, answers = Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    answer = work()
            except Exception as error:  # every answer counts, whatever it is
                answer = error
            answers.append(answer)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
