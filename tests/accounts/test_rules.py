"""What the accounts room decides."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import rules
from lms.accounts.permissions import Role

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
slugs = st.lists(st.sampled_from(["driver", "loader", "it", "guard", "everyone"]))


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 5), (6, 10), (7, 20), (8, 40), (9, 60), (10, 60), (5000, 60)]
)
def test_the_wait_begins_with_the_fifth_failure_and_doubles_up_to_a_minute(failures: int, seconds: int) -> None:
    assert rules.wait(failures, NOW, 5, NOW) == seconds


def test_waiting_counts_from_the_last_failure() -> None:
    assert rules.wait(6, NOW - timedelta(seconds=4), 5, NOW) == 6
    assert rules.wait(6, NOW - timedelta(seconds=9, milliseconds=500), 5, NOW) == 1
    assert rules.wait(6, NOW - timedelta(seconds=10), 5, NOW) == 0


def test_nobody_waits_who_never_failed() -> None:
    assert rules.wait(0, None, 0, NOW) == 0


@given(failures=st.integers(0, 10**6), free=st.integers(1, 50), ago=st.integers(0, 900))
def test_nobody_is_locked_out(failures: int, free: int, ago: int) -> None:
    last = NOW - timedelta(seconds=ago)
    seconds = rules.wait(failures, last, free, NOW)
    assert 0 <= seconds <= 60
    assert rules.wait(failures, last, free, NOW + timedelta(seconds=seconds)) == 0
    assert rules.wait(failures + 1, last, free, NOW) >= seconds


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("a proxy's nonsense", "unknown"),
    ],
)
def test_a_client_is_an_address_or_a_subscribers_network(address: str, key: str) -> None:
    assert rules.client_key(address) == key


@pytest.mark.parametrize(
    "password",
    [
        "ready-for-2020",
        "correct horse battery staple",
        "la puerta azul cruje",
        "пароль из четырёх слов",
        "xq7#kfp02mvz",
        "   pine lamp river",
    ],
)
def test_a_password_of_twelve_characters_is_allowed(password: str) -> None:
    assert rules.password_problem(password, ("Robin Sample", "robin@samplefreight.example")) is None


@pytest.mark.parametrize("password", ["", "elevenchars", "a" * 1001])
def test_a_password_has_a_length(password: str) -> None:
    problem = rules.password_problem(password)
    assert problem is not None
    assert "characters" in problem


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password!!!!",
        "passwordpassword",
        "123456789012",
        "210987654321",
        "qwertyuiopas",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "ababababababab",
        "Welcome-2020",
        "mscready1111",
        "robinsample12",
        "robin@samplefreight.example",
    ],
)
def test_an_obvious_password_is_refused(password: str) -> None:
    problem = rules.password_problem(password, ("Robin Sample", "robin@samplefreight.example"))
    assert problem is not None
    assert "guess" in problem


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_an_address_twice_is_folding_it_once(text: str) -> None:
    assert rules.fold_email(rules.fold_email(text)) == rules.fold_email(text)


def test_an_address_is_the_same_however_it_is_typed() -> None:
    assert rules.fold_email("  Robin@SampleFreight.Example ") == "robin@samplefreight.example"


def test_a_link_works_until_it_expires_and_once() -> None:
    ends = NOW + timedelta(minutes=15)
    assert rules.alive(ends, None, NOW)
    assert rules.alive(ends, None, ends - timedelta(microseconds=1))
    assert not rules.alive(ends, None, ends)
    assert not rules.alive(ends, NOW, NOW)


@pytest.mark.parametrize("path", ["/", "/courses/", "/courses/a/b/?page=2#top", "/a:b", "/%2F%2Fevil.example"])
def test_one_returns_to_a_path_of_this_site(path: str) -> None:
    assert rules.own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    ["", "courses", "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "/\n/evil.example", " //evil.example", "javascript:alert(1)", "///evil.example"],
)  # fmt: skip
def test_one_never_returns_to_another_site(elsewhere: str) -> None:
    assert rules.own_path(elsewhere) is None


@given(a=slugs, b=slugs, order=st.randoms())
def test_a_profile_key_knows_sets_not_lists(a: list[str], b: list[str], order: object) -> None:
    shuffled = list(a) + a[:1] + ["everyone"]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rules.profile_key(["x"], b, shuffled) == rules.profile_key(["x"], reversed(b), a)


@given(a=slugs, b=slugs)
def test_different_functions_have_different_keys(a: list[str], b: list[str]) -> None:
    same = set(a) - {"everyone"} == set(b) - {"everyone"}
    assert (rules.profile_key(["x"], [], a) == rules.profile_key(["x"], [], b)) is same


def test_a_slug_does_not_change_its_part() -> None:
    assert (
        rules.profile_key(["x"], ["y"], [])
        != rules.profile_key(["x"], [], ["y"])
        != rules.profile_key([], ["x"], ["y"])
    )


def test_coordinators_invite_learners_and_coordinators_and_administrators_anybody() -> None:
    assert rules.invites(Role.COORDINATOR) == (Role.LEARNER, Role.COORDINATOR)
    assert set(rules.invites(Role.ADMIN)) == set(Role)
    for role in (Role.LEARNER, Role.TRAINER, Role.STAFF):
        assert rules.invites(role) == ()


@pytest.mark.parametrize("role", list(Role))
def test_nobody_ends_the_own_access_and_coordinators_no_officials(role: Role) -> None:
    assert not rules.may_end_access(Role.ADMIN, role, oneself=True)
    assert rules.may_end_access(Role.ADMIN, role, oneself=False)
    expected = role in (Role.LEARNER, Role.COORDINATOR)
    assert rules.may_end_access(Role.COORDINATOR, role, oneself=False) is expected


@given(admins=st.sets(st.integers(1, 9)), person=st.integers(1, 9))
def test_taking_somebody_away_leaves_an_admin(admins: set[int], person: int) -> None:
    assert rules.leaves_no_admin(admins, person) is (bool(admins) and not admins - {person})
