"""What somebody can do at the console a tool can do over REST: each action of each page beside its
call. A new action has to be entered here, or this fails; and so does a call that is gone.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from django.contrib import admin
from django.urls import Resolver404, resolve

from governance.console.pages import PageAdmin

#: model → action → method and address below /api/v1/, with `_` for a key.
CALLS: Final[Mapping[str, Mapping[str, str]]] = {
    "incidents.Incident": {
        "acknowledge": "POST incidents/_/acknowledgement",
        "snooze": "POST incidents/_/snooze",
        "hand_over": "POST incidents/_/handover",
        "severity": "POST incidents/_/severity",
        "approve_severity": "POST severity-overrides/_/approval",
        "refuse_severity": "POST severity-overrides/_/refusal",
        "withdraw_severity": "POST severity-overrides/_/withdrawal",
        "answer": "POST incidents/_/answers",
        "moment": "POST incidents/_/moments",
        "amend": "POST incidents/_/amendments",
        "contain": "POST incidents/_/state",
        "resolve": "POST incidents/_/state",
        "reopen": "POST incidents/_/state",
        "close": "POST incidents/_/state",
        "write_note": "POST incidents/_/notes",
        "correct_note": "POST notes/_/correction",
        "assign_role": "POST incidents/_/roles",
        "end_role": "POST roles/_/end",
        "link": "POST incidents/_/links",
        "unlink": "POST links/_/removal",
        "split_signal": "POST signals/_/split",
        "merge": "POST incidents/_/merge",
        "void": "POST incidents/_/void",
        "reverse_void": "POST incidents/_/void-reversal",
        "reverse_merge": "POST incidents/_/merge-reversal",
        "attach": "POST incidents/_/attachments",
        "package": "POST exports",
        "shorten": "POST exports",
    },
    "incidents.Moment": {
        "choose": "POST moments/_/choice",
        "withdraw": "POST moments/_/withdrawal",
    },
    "incidents.Clock": {
        "draft_notice": "POST clocks/_/notice",
        "fulfil": "POST clocks/_/fulfilment",
        "delay": "POST clocks/_/dispensations",
        "pause": "POST clocks/_/dispensations",
    },
    "incidents.Duty": {
        "confirm": "POST duties/_/confirmation",
        "contest": "POST duties/_/contest",
        "waiver": "POST duties/_/waiver",
    },
    "incidents.Dispensation": {
        "approve": "POST dispensations/_/approval",
        "refuse": "POST dispensations/_/refusal",
        "withdraw": "POST dispensations/_/withdrawal",
        "end": "POST dispensations/_/end",
    },
    "incidents.Notice": {
        "edit": "PUT notices/_/text",
        "cover": "POST notices/_/coverage",
        "refresh": "POST notices/_/refresh",
        "submit": "POST notices/_/review",
        "approve": "POST notices/_/approval",
        "return": "POST notices/_/return",
        "withdraw": "POST notices/_/withdrawal",
        "file": "POST notices/_/filing",
        "send": "POST notices/_/sending",
        "fact": "POST incidents/_/amendments",
        "attach": "POST incidents/_/attachments",
    },
    "incidents.Erasure": {
        "approve": "POST erasures/_/approval",
        "refuse": "POST erasures/_/refusal",
        "withdraw": "POST erasures/_/withdrawal",
    },
    "incidents.LegalHold": {"release": "POST legal-holds/_/release"},
    "incidents.Export": {
        "share": "POST exports/_/shares",
        "revoke": "POST shares/_/revocation",
    },
    "incidents.ReassessmentRun": {"retry": "POST reassessment-runs/_/retry"},
    "incidents.Submission": {"correct": "POST submissions/_/correction"},
    "policies.PolicyVersion": {
        "submit": "POST policies/_/submission",
        "approve": "POST policies/_/approval",
        "reject": "POST policies/_/rejection",
        "withdraw": "POST policies/_/withdrawal",
        "comment": "POST policies/_/comments",
        "unschedule": "POST policies/_/unscheduling",
        "ask": "POST policies/_/retirement",
        "agree": "POST policies/_/retirement/agreement",
        "cancel": "POST policies/_/retirement/cancellation",
        "discard": "DELETE policies/_",
    },
    "outbox.Message": {"replay": "POST messages/_/replay"},
    "webhook.WebhookEndpoint": {
        "test": "POST webhook-endpoints/_/test",
        "change": "PATCH webhook-endpoints/_",
        "rotate": "POST webhook-endpoints/_/rotation",
        "disable": "POST webhook-endpoints/_/disable",
        "enable": "POST webhook-endpoints/_/enable",
    },
    "incidents.Subscription": {
        "change": "PUT webhook-endpoints/_/subscription",
        "pause": "POST webhook-endpoints/_/subscription/pause",
        "resume": "POST webhook-endpoints/_/subscription/resume",
        "replay": "POST webhook-endpoints/_/replay",
    },
    "accounts.User": {
        "access": "PATCH people/_",
        "close": "PATCH people/_",
        "reopen": "PATCH people/_",
        "sign-out": "POST people/_/sessions/end",
        "second-factors": "POST people/_/second-factors/reset",
    },
    "accounts.ApiKey": {
        "rotate": "POST api-keys/_/rotation",
        "revoke": "POST api-keys/_/revocation",
    },
    "accounts.Team": {
        "member": "POST teams/_/members",
        "give": "POST teams/_/given-systems",
        "take": "POST teams/_/taken-systems",
        "rename": "PATCH teams/_",
        "close": "POST teams/_/closure",
    },
}
#: A password is chosen by a person who types it, and is in no request of a tool.
AT_THE_CONSOLE_ONLY: Final = frozenset({("accounts.User", "password")})
_KEY: Final = "01890000-0000-7000-8000-000000000001"


def actions() -> Iterator[tuple[str, str]]:
    """Of every page, with the label of its model."""
    for model, page in admin.site._registry.items():
        for action in page.page_actions if isinstance(page, PageAdmin) else ():
            yield model._meta.label, action.name


def test_every_action_of_the_console_stands_beside_its_call() -> None:
    listed = {(label, name) for label, calls in CALLS.items() for name in calls}
    assert set(actions()) == listed | AT_THE_CONSOLE_ONLY


@pytest.mark.parametrize(
    "call", sorted({call for each in CALLS.values() for call in each.values()})
)
def test_there_is_such_a_call(call: str) -> None:
    assert answers(call)


@pytest.mark.parametrize("call", ["POST incidents/_/deletion", "DELETE incidents/_"])
def test_a_call_that_there_is_not_is_missed(call: str) -> None:
    """The twin of the test above."""
    assert not answers(call)


def answers(call: str) -> bool:
    method, _, address = call.partition(" ")
    try:
        view: Any = resolve(f"/api/v1/{address.replace('_', _KEY)}").func
    except Resolver404:
        return False
    return hasattr(getattr(view, "cls", None), method.lower())
