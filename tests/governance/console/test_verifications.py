"""An auditor has the whole trail verified, and reads what came of it."""

import pytest
from django.urls import reverse

from governance.console.verifications import notes
from governance.ledger import keys, verifications
from governance.ledger.ledger import Actor
from governance.ledger.models import Verification
from tests.factory import AT
from tests.governance.ledger import logs
from tests.governance.ledger.conftest import own_keys
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
__all__ = ["own_keys"]
ROWS = "ledger_verification"
PAGE = reverse("admin:ledger_verification_changelist")


@pytest.fixture
def auditor() -> Desk:
    return desk("auditor")


def ask(auditor: Desk, **given: str) -> Verification:
    answer = auditor.client.post(f"{PAGE}add/", {"checkpoints": "", "keys": "", **given})
    assert answer.status_code == 302, text(answer)
    return Verification.objects.get()


def done(auditor: Desk, row: Verification) -> str:
    while verifications.work(now=lambda: AT):
        pass
    return text(auditor.page(ROWS, row.id))


def test_before_it_has_begun_it_shows_that_it_waits(auditor: Desk) -> None:
    logs.grown(5)
    found = text(auditor.page(ROWS, ask(auditor).id))
    assert "Waiting" in found
    assert "<progress" in found


def test_a_sound_trail_is_said_to_be_sound(auditor: Desk) -> None:
    logs.grown(5)
    found = done(auditor, ask(auditor))
    assert "Everything is as it was sealed." in found
    assert "no checkpoint from outside the database" in found


def test_what_is_wrong_is_listed_with_its_place(auditor: Desk) -> None:
    logs.grown(5)
    entry = logs.forge(3)
    found = done(auditor, ask(auditor))
    assert "Something is not as it was sealed." in found
    assert "place 3" in found
    assert str(entry.id) in found


def test_pasted_checkpoints_and_keys_are_verified_against(auditor: Desk) -> None:
    old, lost = logs.grown(2, 3)
    (key,) = keys.public()
    logs.roll_back_to(old.size)
    row = ask(auditor, checkpoints=f"{old.text}\r\n{lost.text}\n", keys=f"{key.text}\n")
    assert [each.split("\n")[1] for each in row.kept] == [str(old.size), str(lost.size)]
    assert "log-truncated" in done(auditor, row)


def test_what_is_no_checkpoint_is_refused_with_the_form(auditor: Desk) -> None:
    answer = auditor.client.post(f"{PAGE}add/", {"checkpoints": "nonsense", "keys": ""})
    assert answer.status_code == 422
    assert "This is no checkpoint" in text(answer)
    assert "nonsense" in text(answer)


def test_the_list_shows_each_with_its_result(auditor: Desk) -> None:
    logs.grown(5)
    done(auditor, ask(auditor))
    found = text(auditor.client.get(PAGE))
    assert "Sound" in found


def test_an_empty_list_says_how_it_is_filled(auditor: Desk) -> None:
    assert "Nobody has asked for one yet." in text(auditor.client.get(PAGE))


def test_who_may_not_read_the_trail_may_not_have_it_verified() -> None:
    responder = desk("responder")
    assert responder.client.get(PAGE).status_code == 403
    assert responder.client.post(f"{PAGE}add/", {}).status_code == 403


def test_notes_are_told_apart() -> None:
    one, two = "o\n1\nAA=\n\n— a b\n— c d\n", "o\n2\nAA=\n\n— a b\n"
    assert notes(one + two) == notes(f"\n{one}\n\n{two}\n\n") == [one, two]
    assert notes(" \r\n") == []
    assert notes("x") == ["x"]


def test_it_says_what_was_done_and_lists_the_other_runs(auditor: Desk) -> None:
    logs.grown(5)
    first = ask(auditor)
    done(auditor, first)
    second = verifications.request(by=Actor("system", "test"), at=AT)
    found = done(auditor, second)
    assert "The tree was rebuilt from the entries" in found
    assert f"/ledger/verification/{first.id}/change/" in found
