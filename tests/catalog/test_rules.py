"""Publishing and pulling never undo anybody's work, whatever was changed where."""

from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.rules import closest, conflicting, differing, digest_of, lagging, to_pull

states = st.dictionaries(st.sampled_from(["a.md", "b.md", "c.md", "d.md"]), st.sampled_from(["1", "2", "3"]))


@given(states, states)
def test_one_state_has_one_digest(one: dict[str, str], other: dict[str, str]) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)
    assert digest_of(dict(reversed(one.items()))) == digest_of(one)


@given(states, states, states)
def test_publishing_that_is_allowed_keeps_what_others_published(
    base: dict[str, str], site: dict[str, str], folder: dict[str, str]
) -> None:
    if not lagging(base, site, folder):
        for path in differing(base, site):
            assert folder.get(path) == site.get(path)


@given(states, states, states)
def test_pulling_that_is_allowed_keeps_every_edit_and_takes_every_publication(
    base: dict[str, str], site: dict[str, str], folder: dict[str, str]
) -> None:
    if conflicting(base, site, folder):
        return
    pulled = dict(folder)
    for path in to_pull(base, site, folder):
        if path in site:
            pulled[path] = site[path]
        else:
            pulled.pop(path, None)
    for path in differing(base, folder):
        assert pulled.get(path) == folder.get(path), "an edit was lost"
    for path in differing(base, site):
        assert pulled.get(path) == site.get(path), "a publication was not taken"
    assert not lagging(site, site, pulled), "after pulling, publishing is allowed"


@given(states, states)
def test_a_folder_that_was_just_pulled_never_lags(base: dict[str, str], edit: dict[str, str]) -> None:
    assert lagging(base, base, edit) == ()


@given(st.dictionaries(st.integers(1, 9), states), states)
def test_without_a_marker_the_oldest_of_the_closest_is_taken(
    revisions: dict[int, dict[str, str]], folder: dict[str, str]
) -> None:
    found = closest(revisions, folder)
    shared = {n: len(files.items() & folder.items()) for n, files in revisions.items()}
    if found is None:
        assert not any(shared.values())
    else:
        assert shared[found] == max(shared.values())
        assert all(shared[n] < shared[found] for n in revisions if n < found)
