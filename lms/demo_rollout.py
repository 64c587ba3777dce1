"""The roll-out in the demonstration, told through the services that real people use: comments and answers, the FAQ, workshops,
a self-assessment, an announcement."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.announcements import service as announcements
from lms.announcements.rules import Audience, Words
from lms.announcements.service import Written
from lms.catalog.shelf import Published
from lms.content.coverage import coverage
from lms.core.clock import program_day
from lms.core.language import Language
from lms.faq import service as faq
from lms.faq.rules import Draft, Place
from lms.faq.rules import Said as AnswerWords
from lms.feedback import dispositions, groups, periods
from lms.feedback import service as feedback
from lms.feedback.models import Comment, CommentPeriod
from lms.feedback.rules import Words as Said
from lms.feedback.service import Author
from lms.workbooks import assessment
from lms.workbooks.rules import Said as Unsaid
from lms.workbooks.rules import Typed
from lms.workshops import attendance, closing, planning, seats
from lms.workshops.models import Workshop
from lms.workshops.planning import Plan

from . import demo_texts as texts
from .demo_texts import Meeting

BEGAN, ENDS = timedelta(days=30), timedelta(days=60)
LINK = "https://meet.sample.example/criteria-for-carriers"


class RollOut:
    """`crowd` are seven people of each company, in the order of demo_people.COMPANIES."""

    def __init__(
        self,
        session: Session,
        shelf: Published,
        moment: datetime,
        rng: random.Random,
        *,
        staff: Person,
        crowd: Sequence[Person],
    ) -> None:
        self.session, self.shelf, self.moment, self.rng = session, shelf, moment, rng
        self.staff, self.crowd = staff, crowd

    def tell(self, coordinator: Person) -> None:
        comments = self.comments()
        self.answers(comments)
        self.assessment(coordinator)
        self.announcement()

    def of_company(self, place: int) -> Sequence[Person]:
        return self.crowd[place * 7 : place * 7 + 7]

    def period(self) -> CommentPeriod:
        today = program_day(self.moment)
        return periods.add(
            self.session,
            edition=self.shelf.library.framework.program.edition,
            purpose=texts.PURPOSE,
            begins_on=today - BEGAN,
            ends_on=today + ENDS,
            by_id=self.staff.id,
            now=self.moment - BEGAN,
        )

    def comments(self) -> list[Comment]:
        """Sent over the last four weeks; those that say the same are merged."""
        period, made = self.period(), []
        for place, said in enumerate(texts.COMMENTS):
            people = self.of_company(said.company)
            person = people[place % len(people)]
            company = person.organization
            assert company is not None  # noqa: S101 - the crowd works for companies
            at = self.moment - timedelta(days=28 - 1.6 * place, hours=self.rng.uniform(0, 8))
            comment = feedback.begin(
                self.session,
                f"demo-comment-{place:02}",
                Said(said.criterion, company.entities[0], said.kind, said.text),
                period=period,
                author=Author(person.id, company.id, said.language),
                now=at,
            )
            feedback.send(self.session, comment, today=program_day(at), now=at)
            made.append(comment)
        for place, said in enumerate(texts.COMMENTS):
            if said.same is not None:
                head, same = made[said.same].public_id, made[place].public_id
                groups.merge(self.session, head, [same], by_id=self.staff.id, now=self.moment - timedelta(days=2))
        return made

    def answers(self, comments: Sequence[Comment]) -> None:
        """Recorded in the last days; some become entries of the FAQ, with the paragraph that teaches the criterion."""
        taught = coverage(self.shelf.library).taught
        for place, decided in enumerate(texts.ANSWERS):
            comment = comments[decided.comment]
            at = self.moment - timedelta(hours=40 - 5 * place)
            dispositions.answer(
                self.session, comment, outcome=decided.outcome, text=decided.text, seen=0, by_id=self.staff.id, now=at
            )
            if not decided.question:
                continue
            words: dict[Language, AnswerWords] = {"en": faq.said(decided.question, decided.text)}
            others: tuple[tuple[Language, tuple[str, str] | None], ...] = (("es", decided.es), ("fr", decided.fr))
            words |= {code: faq.said(*said) for code, said in others if said}
            paragraph = next(iter(taught.get(comment.criterion, ())), None)
            where = Place(paragraph.module.key, paragraph.section.anchor, paragraph.anchor) if paragraph else None
            draft = Draft(words, (comment.criterion,), (), where)
            entry = faq.add(self.session, draft, by_id=self.staff.id, now=at, comments=(comment.id,))
            for voter in range(self.rng.randint(2, 9)):
                helpful = self.rng.random() < 0.8
                faq.vote(self.session, entry.id, f"demo {voter}", helpful=helpful, now=self.moment)

    def workshops(self, marisol: Person) -> None:
        """Two that were held, with people who did not come, and four ahead, one of which is full. What counts as read by the first
        was read before anything else, so this is told first."""
        for meeting in texts.MEETINGS:
            (workshop,) = planning.plan(
                self.session, self.plan(meeting), by_id=self.staff.id, now=self.moment - timedelta(days=90)
            )
            people = self.rng.sample(list(self.crowd), 14 if meeting.days != 16 else 25)
            if meeting.office == "houston" and marisol not in people:
                people = [marisol, *people] if meeting.days < 0 else [*people, marisol]
            for order, person in enumerate(people):
                at = self.moment - timedelta(days=75, minutes=-order)
                seats.register(
                    self.session, workshop.id, person.id, now=min(at, workshop.starts_at - timedelta(days=1))
                )
            if meeting.days < 0:
                self.holds(workshop, people)

    def plan(self, meeting: Meeting) -> Plan:
        day = program_day(self.moment) + timedelta(days=meeting.days)
        while day.weekday() > 4:  # held on working days
            day += timedelta(days=1)
        starts_at = datetime(day.year, day.month, day.day, meeting.hour, tzinfo=ZoneInfo(meeting.zone))
        return Plan(
            title=meeting.title,
            about="Bring one procedure of your company that you are not sure of." if meeting.language == "en" else "",
            office=meeting.office,
            place=meeting.place,
            link=None if meeting.place else LINK,
            zone=meeting.zone,
            starts=(starts_at,),
            minutes=120,
            seats=meeting.seats,
            language=meeting.language,
            criteria=meeting.criteria,
            entities=(),
            reads=tuple(key for key in meeting.reads if key in self.shelf.library.modules),
        )

    def holds(self, workshop: Workshop, people: Sequence[Person]) -> None:
        """Most of those who registered came; their certificates follow."""
        at = workshop.starts_at + timedelta(minutes=10)
        for person in [p for place, p in enumerate(people) if place % 4 != 2]:
            by = person.id if person.id % 2 else self.staff.id
            mark = attendance.mark(
                self.session, workshop.id, person.id, "phone" if by == person.id else "roster", by_id=by, now=at
            )
            self.session.flush()
            closing.settle(self.session, mark.id, self.shelf, now=at + timedelta(hours=5))

    def assessment(self, coordinator: Person) -> None:
        typed = {criterion: Typed(answer, note, Unsaid().seen) for criterion, answer, note in texts.ASSESSED}
        assessment.save(
            self.session,
            coordinator.organization_id or 0,
            self.shelf.library.framework.program.edition,
            typed,
            by_id=coordinator.id,
            now=self.moment - timedelta(days=6),
        )

    def announcement(self) -> None:
        english = faq.said(texts.NEWS_TITLE, texts.NEWS)
        others = {code: faq.said(*said) for code, said in (("es", texts.NEWS_ES), ("fr", texts.NEWS_FR))}
        written = Written(
            Words(texts.NEWS_TITLE, texts.NEWS, english.html, "en"),
            {code: {"title": one.question, "body": one.answer, "html": one.html} for code, one in others.items()},
            Audience(),
            mailed=False,
            shown_until=program_day(self.moment) + ENDS,
        )
        at = self.moment - timedelta(days=3)
        draft = announcements.save(self.session, None, written, by_id=self.staff.id, now=at)
        announcements.publish(self.session, draft.public_id, actor_id=self.staff.id, now=at)
        for person in self.rng.sample(list(self.crowd), 19):
            announcements.read(self.session, person.id, draft.public_id, now=self.moment - timedelta(hours=30))
