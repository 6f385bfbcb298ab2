"""Who of a role is on call, and what is said of why."""

from datetime import timedelta
from typing import Any

from policies.on_call import Copy, OnCall, who
from tests.policies.escalating.matrices import BRUSSELS, matrix, utc
from tests.policies.escalating.test_feeds import ANN, SHIFT, calendar

AT = utc("2026-11-23T09:00")
URL = "https://example.org/on-call.ics"
ROTA = {"id": "duty", "zone": BRUSSELS, "start": "2026-11-02T09:00", "turn": "P7D"}


def by_rota(**more: Any) -> OnCall | None:
    given = matrix(
        rotas=[{**ROTA, "members": ["ann", "ben"], **more}],
        on_call={"responder": {"rota": "duty"}},
    )
    return who(given, "responder", AT, {})


def by_feed(*copies: Copy) -> OnCall | None:
    given = matrix(
        feeds=[{"id": "duty", "url": URL, "zone": BRUSSELS}],
        on_call={"responder": {"feed": "duty"}},
    )
    return who(given, "responder", AT, dict(zip([URL], copies, strict=False)))


def test_a_role_without_on_call_says_nothing() -> None:
    assert who(matrix(), "responder", AT, {}) is None


def test_a_role_that_the_matrix_lacks_says_nothing() -> None:
    assert who(matrix(), "astronaut", AT, {}) is None


def test_the_member_whose_turn_it_is_with_the_end_of_it() -> None:
    assert by_rota() == OnCall(
        ("ben",), "on call by the rota duty until 2026-11-30 09:00 Europe/Brussels"
    )


def test_an_override_says_so() -> None:
    span = {"from": "2026-11-23T00:00", "until": "2026-11-24T00:00", "member": "cy"}
    found = by_rota(overrides=[span])
    assert found is not None
    assert found.people == ("cy",)
    assert "in place of the turn" in found.because


def test_a_rota_to_come_means_all_who_hold_the_role() -> None:
    found = by_rota(start="2026-12-01T09:00")
    assert found is not None
    assert (found.people, "all who hold the role are told" in found.because) == ((), True)


def test_the_person_of_the_feed() -> None:
    found = by_feed(Copy(calendar(f"{SHIFT}\n{ANN}"), AT))
    assert found is not None
    assert found.people == ("ann@example.org",)
    assert "as it was" not in found.because


def test_an_old_copy_counts_and_says_so() -> None:
    found = by_feed(Copy(calendar(f"{SHIFT}\n{ANN}"), AT - timedelta(hours=30), "no answer"))
    assert found is not None
    assert found.people == ("ann@example.org",)
    assert "as it was 30 hours ago" in found.because


def test_a_feed_that_was_never_fetched_means_all() -> None:
    found = by_feed()
    assert found is not None
    assert (found.people, "never been fetched" in found.because) == ((), True)


def test_a_copy_that_cannot_be_read_means_all() -> None:
    found = by_feed(Copy("<html>", AT))
    assert found is not None
    assert (found.people, "cannot be read" in found.because) == ((), True)


def test_a_feed_with_nobody_now_means_all() -> None:
    found = by_feed(Copy(calendar(), AT))
    assert found is not None
    assert (found.people, "nobody is on call" in found.because) == ((), True)
