"""What the accounts room decides. Pure: plain values in, plain values out."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from lms.core.language import _, number, to_translate

from .permissions import Role

# The throttle counts failures of the last 15 minutes: more than these many are free of a wait.
WINDOW = timedelta(minutes=15)
FREE_OF_ADDRESS = 5
FREE_OF_CLIENT = 30
FIRST_WAIT = 5
LONGEST_WAIT = 60

LINK_LIFE = timedelta(minutes=15)
LINKS_A_WINDOW = 3
INVITATION_LIFE = timedelta(days=14)
JOIN_LIFE = timedelta(hours=24)

# What may be granted where a quiz has a time limit, in percent of it.
EXTRA_TIMES = (0, 25, 50, 100, 200)

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 1000
# What is left of a password without these must still have this many different characters.
FEWEST_DIFFERENT = 5
OBVIOUS = ("password", "passwort", "welcome", "letmein", "iloveyou", "trustno", "admin", "login", "secret", "changeme",
           "mscready", "ctpat", "qwerty", "azerty")  # fmt: skip
ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6z7u8i9o0p")

# The accounts that `flask demo` makes, one a role. The password is printed on the sign-in page of a demo.
DEMO_SIGN_INS = {role: f"{role.value}@demo.example" for role in Role}
DEMO_PASSWORD = "ready-for-2020"  # noqa: S105 - public by design, and the server refuses to start with it in earnest


# Mail domains at which anybody gets an address: one of them says nothing about where somebody works.
PUBLIC_MAIL = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "yahoo.com.mx", "yahoo.ca", "yahoo.fr", "hotmail.com",
    "hotmail.fr", "outlook.com", "outlook.es", "live.com", "live.com.mx", "msn.com", "aol.com", "icloud.com", "me.com",
    "mac.com", "proton.me", "protonmail.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "mail.ru", "yandex.com",
    "yandex.ru", "zoho.com", "qq.com", "163.com", "126.com", "comcast.net", "att.net", "verizon.net", "sbcglobal.net",
    "prodigy.net.mx", "bell.net", "rogers.com", "videotron.ca", "sympatico.ca", "orange.fr", "laposte.net", "free.fr",
})  # fmt: skip
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the program knows of an organization. `declined` are the slugs of the scopes it answered no to.

    `country` is an ISO 3166 code of two letters; None where nobody said.
    """

    number: str
    name: str
    entities: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    due_by: date | None = None
    field_office: str | None = None
    country: str | None = None
    employees: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """As what a person has an account: role, company (None for none) and job functions (slugs)."""

    role: Role
    organization_id: int | None = None
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who comes by him- or herself writes. `number` is the company's CTPAT number."""

    name: str
    email: str
    number: str
    functions: tuple[str, ...] = ()


def fold_email(text: str) -> str:
    """The one spelling under which an address has an account (U2)."""
    return text.strip().lower()


def domain_of(email: str) -> str:
    return email.rpartition("@")[2]


def fold_domain(text: str) -> str:
    """A mail domain as addresses spell it, from what people write for one: @Sample.example, or a whole address."""
    return domain_of(text.strip().lower()).rstrip(".")


def domain_problem(domain: str) -> str | None:
    """Why whoever has an address of this domain cannot be let into a company unseen, as a sentence, or None."""
    if domain in PUBLIC_MAIL:
        return _(
            "Anybody can have an address at %(domain)s. Approve a domain that belongs to your company.", domain=domain
        )
    if not DOMAIN.fullmatch(domain):
        return _("Write the part after the @, like samplefreight.example")
    return None


def fold_number(text: str) -> str:
    """The one spelling of a CTPAT number."""
    return "".join(text.split()).upper()


def token_hash(token: str) -> str:
    """What is kept of a link's token: whoever reads the table cannot use the links."""
    return hashlib.sha256(token.encode()).hexdigest()


def client_key(address: str) -> str:
    """Whom the throttle takes for one client: an IPv4 address, or the /64 that one IPv6 subscriber commands."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)


def wait(failures: int, last: datetime | None, free: int, now: datetime) -> int:
    """Seconds until the next try is looked at, after this many failures within the window, the last of them at `last`.

    The first `free` cost nothing, then the wait doubles from 5 seconds up to a minute. Nobody is ever locked out: a try
    that came too early is not counted, and a sign-in link is another way in.
    """
    if last is None or failures < free:
        return 0
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - free, 10))
    left = last + timedelta(seconds=pause) - now
    return max(0, -(-left // timedelta(seconds=1)))


def password_problem(password: str, own_words: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, as a sentence, or None.

    Twelve or more characters, and not one of the first that anybody would try: a usual word, a row of keys, the
    person's own name or address, with a few characters to spare. Everything else is allowed.
    """
    if len(password) < PASSWORD_SHORTEST:
        return _(
            "Use %(least)s or more characters. Four or five words in a row are easy to remember.",
            least=PASSWORD_SHORTEST,
        )
    if len(password) > PASSWORD_LONGEST:
        return _("Use %(most)s characters at most.", most=number(PASSWORD_LONGEST))
    if _obvious(password, own_words):
        return _(
            "This is among the first that somebody would guess. Use four or five words that do not belong together."
        )
    return None


def _obvious(password: str, own_words: Iterable[str]) -> bool:
    rest = password.lower()
    if any(rest in row or rest[::-1] in row for row in ROWS):
        return True
    own = {part.lower() for text in own_words for part in re.split(r"\W+", text) if len(part) > 2}
    for word in sorted({*OBVIOUS, *own}, key=len, reverse=True):  # a word before the shorter ones within it
        rest = rest.replace(word, "")
    return len(set(rest)) < FEWEST_DIFFERENT


def alive(expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Whether a sign-in link or an invitation still works: once, and until it expires."""
    return used_at is None and now < expires_at


def has_access(disabled_at: datetime | None, access_until: date | None, today: date) -> bool:
    """Whether somebody may sign in on this day in America/New_York: the last day of access is one of them."""
    return disabled_at is None and (access_until is None or today <= access_until)


def own_path(text: str) -> str | None:
    """A path of this site to return to after signing in, or None: never another site, however it is spelled."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or any(c <= " " or c == "\x7f" for c in text):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def canonical(slugs: Iterable[str]) -> list[str]:
    """Each once, in one order. `everyone` is implied for each person, so it is never kept."""
    return sorted(set(slugs) - {"everyone"})


def profile_key(
    entities: Iterable[str], declined: Iterable[str], functions: Iterable[str], exempt: Iterable[str] = ()
) -> str:
    """The same for everybody with the same entity types, declined scopes, job functions and exemptions, in whatever order."""
    parts = [",".join(canonical(part)) for part in (entities, declined, functions, exempt)]
    return "|".join(parts if parts[-1] else parts[:-1])


# Sizes of companies by how many people they employ: the slug and the fewest. The first three are those of the European Union's
# recommendation 2003/361/EC, which is used for lack of one by the program.
SIZES = {"small": 1, "medium": 50, "large": 250, "very-large": 1000}
SIZE_NAMES = {
    "small": to_translate("Fewer than 50 employees"),
    "medium": to_translate("50 to 249 employees"),
    "large": to_translate("250 to 999 employees"),
    "very-large": to_translate("1,000 employees or more"),
}
UNKNOWN = "unknown"


def size_of(employees: int | None) -> str:
    """The slug of a company's size, UNKNOWN where nobody said how many people it employs."""
    if not employees:
        return UNKNOWN
    return max((least, slug) for slug, least in SIZES.items() if employees >= least)[1]


def invites(inviter: Role) -> tuple[Role, ...]:
    """The roles that somebody may give to a person he or she invites."""
    if inviter is Role.ADMIN:
        return tuple(Role)
    return (Role.LEARNER, Role.COORDINATOR) if inviter is Role.COORDINATOR else ()


def may_end_access(actor: Role, person: Role, *, oneself: bool) -> bool:
    """Whose access may be ended, or given back: an administrator's choice is anybody's, a coordinator's those who learn
    or coordinate. Nobody ends his or her own."""
    return not oneself and person in invites(actor)


def role_after_move(held: Role, offered: Role) -> Role:
    """What somebody is in the company that he or she moves to. Who works for the program as well goes on doing so."""
    return offered if held in invites(Role.COORDINATOR) else held


def needs_organization(role: Role) -> bool:
    """A coordinator runs a company, so there must be one."""
    return role is Role.COORDINATOR


def leaves_no_admin(admins: Collection[int], person_id: int) -> bool:
    """Whether taking this person away from the administrators with access would leave none (U1)."""
    return set(admins) == {person_id}


def asks_for_other_modules(before: Facts, after: Facts) -> bool:
    """Whether other modules, or other days, could follow for its people from what is stated of a company now."""

    def decides(facts: Facts) -> tuple[object, ...]:
        return canonical(facts.entities), canonical(facts.declined), facts.due_by

    return decides(before) != decides(after)
