"""What a pool must hold so that every attempt can be drawn from it and is fair."""

from ..course import Pool
from ..problem import Report


def check_pool(pool: Pool, count: int, place: tuple[int, int], entities: tuple[str, ...], report: Report) -> None:
    """`count` is the number of questions written, those with problems included; `place` that of the draw tag.

    `entities` are the entity types of the module.
    """
    asked = [question for question in pool.questions if not question.retired]
    complete = count == len(pool.questions)
    if count == 0 or (complete and not asked):
        report.add(
            "P007",
            pool.line,
            1,
            f"The pool {pool.name} asks no question.",
            "Add questions that begin with ###, or delete the pool.",
        )
        return
    if pool.draw is None:
        return
    most = len(asked) if complete else count
    if pool.draw > most:
        said = f"The pool draws {pool.draw} questions and has {most}."
        report.add("P002", *place, said, f"Draw {most} or fewer, or add questions.")
    if not complete:
        return
    if len({question.points for question in asked}) > 1:
        said = "The questions of a drawn pool have different points, so attempts would not be equal."
        report.add("P003", *place, said, "Give all the same `points:`, or move some to a pool of their own.")
    if pool.draw <= most:
        _enough_for_each(pool, place, entities, report)


def _enough_for_each(pool: Pool, place: tuple[int, int], entities: tuple[str, ...], report: Report) -> None:
    """Questions for some entity types only must leave enough for the others; each criterion must find room."""
    asked = [question for question in pool.questions if not question.retired]
    draw = pool.draw or 0
    criteria = {criterion for question in asked for criterion in question.criteria}
    if pool.each_criterion and len(criteria) > draw:
        said = f"The pool has {len(criteria)} criteria and draws {draw}, so not each can appear."
        report.add("P004", *place, said, f"Draw {len(criteria)} or more, or make two pools.")
    if all(question.entities is None for question in asked):
        return
    for entity in entities:
        count = sum(question.entities is None or entity in question.entities for question in asked)
        if count < draw:
            said = f"For `{entity}` the pool has {count} questions and draws {draw}."
            report.add("P002", *place, said, f"Draw {count} or fewer, or add questions for this entity type.")
