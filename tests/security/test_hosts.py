"""Under which name we are asked, and what a proxy says of it: other names are refused, and what
leaves us speaks of our own address alone."""

from typing import Any, Final

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from governance.outbox.models import Message
from tests import factory
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
EVIL: Final = "evil.example"
#: What proxies and frameworks have taken for the name or the path that was asked for.
FORWARDED: Final = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Host": EVIL,
    "X-HTTP-Host-Override": EVIL,
    "X-Original-Host": EVIL,
    "X-Original-URL": f"https://{EVIL}/",
    "X-Rewrite-URL": f"https://{EVIL}/",
    "Forwarded": f"host={EVIL};proto=https",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
}


def test_under_another_name_nothing_answers() -> None:
    caller, answered = walk.everybody().client, {}
    for door in walk.all_doors():
        answer: Any = caller.get(door.address, headers={"Host": EVIL})
        if answer.status_code != 400:
            answered[door.route] = answer.status_code
    assert answered == {}


def test_no_answer_takes_its_address_from_a_header() -> None:
    """Links, redirects and forms among them."""
    caller, found = walk.everybody().client, {}
    for door in [*walk.of_the_api(), *walk.lists()]:
        answer: Any = caller.get(door.address, headers=FORWARDED)
        said = walk.body(answer) + str(dict(answer.headers)).encode()
        if EVIL.encode() in said:
            found[door.route] = answer.status_code
    assert found == {}


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_no_mail_leads_to_where_the_request_said_it_went(settings: Settings, header: str) -> None:
    """Though the operator lets every name in."""
    settings.ALLOWED_HOSTS = ["*"]
    before = set(Message.objects.values_list("id", flat=True))
    answer = walk.tool().post(
        "/api/v1/incidents", factory.report(), format="json", headers={header: EVIL}
    )
    sent = list(Message.objects.exclude(id__in=before))
    assert answer.status_code == 201
    assert any(configured.PUBLIC_URL in each.text for each in sent)
    assert not [each for each in sent if EVIL in each.text + each.html + each.subject]
