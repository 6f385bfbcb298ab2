"""An entry of the audit trail as a sentence: who did what to what (pure).

Most verbs read by themselves: `incident.acknowledged` is "acknowledged incident …". `_SAID` words
those that do not.
"""

from collections.abc import Mapping
from typing import Final

#: Verb, or its end after the dot, → what was done, with `{it}` for the object.
_SAID: Final[Mapping[str, str]] = {
    # ends
    "began": "began {it}",
    "chosen": "chose {it}",
    "drawn": "drew {it}",
    "lapsed": "let {it} run out",
    "listed": "looked at the list of {it}",
    "read": "looked at {it}",
    "shown": "showed {it}",
    "withdrawn": "withdrew {it}",
    "written": "wrote {it}",
    "rotated": "replaced {it}",
    "first_used": "used {it} for the first time",
    "expiring": "told that {it} is about to end",
    "unscheduled": "took {it} off the calendar",
    "refused": "refused {it}",
    "left": "left {it} as it was",
    "corrected": "corrected {it}",
    "failed": "failed with {it}",
    "deferred": "put {it} off",
    "held": "held {it} back",
    "stepped": "took the next step of {it}",
    "undeliverable": "could not deliver {it}",
    "undelivered": "could not deliver {it}",
    "broken": "could not read {it}",
    "skipped": "skipped {it}",
    # of some objects
    "api_key.refused": "turned {it} away",
    "clock.counted": "counted the dates of {it}",
    "clock.fulfilled": "recorded {it} as met",
    "duty.decision_confirmed": "confirmed that {it} was decided rightly",
    "duty.decision_contested": "contested what was decided of {it}",
    "duty.entered_shadow": "put {it} in shadow",
    "duty.found_not_applicable": "found that {it} does not apply",
    "duty.left_shadow": "took {it} out of shadow",
    "duty.question_changed": "changed what is asked about {it}",
    "duty.questioned": "asked whether {it} applies",
    "duty.repinned": "moved {it} to another version of its policy",
    "duty.fulfilled": "recorded {it} as fulfilled",
    "evidence.checked": "had a package checked: {it}",
    "evidence.expired": "deleted the file of {it}",
    "evidence.packaged": "made {it}",
    "evidence.requested": "asked for {it}",
    "evidence.share_revoked": "revoked a link to {it}",
    "evidence.share_used": "downloaded {it} by a link",
    "evidence.shared": "shared {it} by a link",
    "incident.absorbed": "took another incident into {it}",
    "incident.decided": "decided what applies to {it}",
    "incident.handed_over": "handed {it} over",
    "incident.linked": "linked {it} to another one",
    "incident.merged": "merged {it} into another one",
    "incident.reescalated": "escalated {it} again",
    "incident.role_assigned": "gave somebody a role in {it}",
    "incident.role_ended": "ended somebody's role in {it}",
    "incident.unlinked": "took a link of {it} away",
    "incident.voided": "declared that {it} was none",
    "ledger.key_created": "made the first signing key of {it}",
    "ledger.key_rotated": "replaced the signing key of {it}",
    "notice.covered": "marked content of {it} as covered",
    "notice.queued": "put {it} on its way",
    "notice.submitted": "asked for the approval of {it}",
    "person.access_changed": "changed what {it} may do",
    "person.identity_bound": "bound {it} to an identity of single sign-on",
    "person.password_changed": "changed the password of {it}",
    "person.sign_in_refused": "refused a sign-in of {it}",
    "person.signed_in": "signed in",
    "person.signed_out": "signed out",
    "personal_data.erased": "erased personal data of {it}",
    "policy.drafted": "began a draft of {it}",
    "policy.exported": "took a copy of {it}",
    "policy.commented": "commented on {it}",
    "policy.impact_cancelled": "stopped working out the impact of {it}",
    "policy.impact_requested": "asked for the impact of {it}",
    "policy.retirement_asked": "asked to retire {it}",
    "policy.retirement_cancelled": "let {it} stay in force",
    "policy.submitted": "submitted {it} for review",
    "retention.applied": "applied retention to {it}",
    "second_factor.added": "added a second factor to {it}",
    "second_factor.removed": "removed a second factor of {it}",
    "second_factor.reset": "reset the second factors of {it}",
    "settings.changed": "came up with other settings: {it}",
    "signal.correlated": "counted a report as one more signal: {it}",
    "software.updated": "came up with another version: {it}",
    "team.member_changed": "changed who is in {it}",
    "team.systems_changed": "changed the systems of {it}",
    "timer.at_risk": "told that {it} is at risk",
    "timer.confirm": "reminded of a decision to confirm: {it}",
    "timer.held": "sent on what quiet hours had held back: {it}",
    "timer.overdue": "told that {it} is overdue",
    "timer.question": "reminded of an open question: {it}",
    "timer.reminder": "reminded of {it}",
    "timer.request": "reminded of a request to decide on: {it}",
    "timer.review": "reminded that {it} is to be looked at again",
    "timer.superseded": "told that {it} was superseded",
    "verification.requested": "asked for {it}",
    "verification.finished": "finished {it}",
}


def phrase(verb: str) -> str:
    """What was done, with `{it}` in the place of the object, or without it where that is who did
    it."""
    subject, _, end = verb.partition(".")
    if said := _SAID.get(verb):
        return said
    if end in ("read", "listed") and subject.endswith("_page"):
        return "opened {it}"
    return _SAID.get(end) or f"{end.replace('_', ' ') or subject} {{it}}"


def around(verb: str) -> tuple[str, str, bool]:
    """The words before and after the object, and whether it is named at all."""
    before, it, after = phrase(verb).partition("{it}")
    return before, after, bool(it)
