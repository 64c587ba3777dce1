"""What the accounts room decides. Pure: plain values in, plain values out."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from lms.core.language import _, number

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


@dataclass(frozen=True, slots=True)
class Facts:
    """What the program knows of an organization. `declined` are the slugs of the scopes it answered no to."""

    number: str
    name: str
    entities: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    due_by: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """As what a person has an account: role, company (None for none) and job functions (slugs)."""

    role: Role
    organization_id: int | None = None
    functions: tuple[str, ...] = ()


def fold_email(text: str) -> str:
    """The one spelling under which an address has an account (U2)."""
    return text.strip().lower()


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


def own_path(text: str) -> str | None:
    """A path of this site to return to after signing in, or None: never another site, however it is spelled."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or any(c <= " " or c == "\x7f" for c in text):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def canonical(slugs: Iterable[str]) -> list[str]:
    """Each once, in one order. `everyone` is implied for each person, so it is never kept."""
    return sorted(set(slugs) - {"everyone"})


def profile_key(entities: Iterable[str], declined: Iterable[str], functions: Iterable[str]) -> str:
    """The same for everybody with the same entity types, declined scopes and job functions, in whatever order."""
    return "|".join(",".join(canonical(part)) for part in (entities, declined, functions))


def invites(inviter: Role) -> tuple[Role, ...]:
    """The roles that somebody may give to a person he or she invites."""
    if inviter is Role.ADMIN:
        return tuple(Role)
    return (Role.LEARNER, Role.COORDINATOR) if inviter is Role.COORDINATOR else ()


def may_end_access(actor: Role, person: Role, *, oneself: bool) -> bool:
    """Whose access may be ended, or given back: an administrator's choice is anybody's, a coordinator's those who learn
    or coordinate. Nobody ends his or her own."""
    return not oneself and person in invites(actor)


def needs_organization(role: Role) -> bool:
    """A coordinator runs a company, so there must be one."""
    return role is Role.COORDINATOR


def leaves_no_admin(admins: Collection[int], person_id: int) -> bool:
    """Whether taking this person away from the administrators with access would leave none (U1)."""
    return set(admins) == {person_id}
