"""An entry of the audit trail as a sentence: who did what to what (pure).

Most verbs read by themselves: `incident.acknowledged` is "acknowledged incident …". `_SAID` has
them for translation, and words those that do not.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.translated import Text

#: Verb, or its end after the dot, → what was done, with `{it}` for the object.
_SAID: Final[Mapping[str, Text]] = {
    # ends
    "began": _("began {it}"),
    "chosen": _("chose {it}"),
    "drawn": _("drew {it}"),
    "lapsed": _("let {it} run out"),
    "listed": _("looked at the list of {it}"),
    "read": _("looked at {it}"),
    "shown": _("showed {it}"),
    "withdrawn": _("withdrew {it}"),
    "written": _("wrote {it}"),
    "rotated": _("replaced {it}"),
    "first_used": _("used {it} for the first time"),
    "expiring": _("told that {it} is about to end"),
    "unscheduled": _("took {it} off the calendar"),
    "refused": _("refused {it}"),
    "left": _("left {it} as it was"),
    "corrected": _("corrected {it}"),
    "failed": _("failed with {it}"),
    "deferred": _("put {it} off"),
    "held": _("held {it} back"),
    "stepped": _("took the next step of {it}"),
    "undeliverable": _("could not deliver {it}"),
    "undelivered": _("could not deliver {it}"),
    "broken": _("could not read {it}"),
    "skipped": _("skipped {it}"),
    # ends that read as they stand
    "acknowledged": _("acknowledged {it}"),
    "added": _("added {it}"),
    "adopted": _("adopted {it}"),
    "amended": _("amended {it}"),
    "approved": _("approved {it}"),
    "asked": _("asked {it}"),
    "cancelled": _("cancelled {it}"),
    "changed": _("changed {it}"),
    "classified": _("classified {it}"),
    "closed": _("closed {it}"),
    "confirmed": _("confirmed {it}"),
    "contained": _("contained {it}"),
    "created": _("created {it}"),
    "disabled": _("disabled {it}"),
    "discarded": _("discarded {it}"),
    "downloaded": _("downloaded {it}"),
    "drafted": _("drafted {it}"),
    "edited": _("edited {it}"),
    "enabled": _("enabled {it}"),
    "ended": _("ended {it}"),
    "erased": _("erased {it}"),
    "filed": _("filed {it}"),
    "finished": _("finished {it}"),
    "hastened": _("hastened {it}"),
    "installed": _("installed {it}"),
    "made": _("made {it}"),
    "opened": _("opened {it}"),
    "placed": _("placed {it}"),
    "reassessed": _("reassessed {it}"),
    "recorded": _("recorded {it}"),
    "recovered": _("recovered {it}"),
    "refreshed": _("refreshed {it}"),
    "rejected": _("rejected {it}"),
    "released": _("released {it}"),
    "removed": _("removed {it}"),
    "renamed": _("renamed {it}"),
    "reopened": _("reopened {it}"),
    "reported": _("reported {it}"),
    "requested": _("requested {it}"),
    "resolved": _("resolved {it}"),
    "restored": _("restored {it}"),
    "resumed": _("resumed {it}"),
    "retired": _("retired {it}"),
    "returned": _("returned {it}"),
    "revoked": _("revoked {it}"),
    "saved": _("saved {it}"),
    "sent": _("sent {it}"),
    "snoozed": _("snoozed {it}"),
    "split": _("split {it}"),
    "superseded": _("superseded {it}"),
    "waived": _("waived {it}"),
    # of some objects
    "api_key.refused": _("turned {it} away"),
    "clock.counted": _("counted the dates of {it}"),
    "clock.fulfilled": _("recorded {it} as met"),
    "duty.decision_confirmed": _("confirmed that {it} was decided rightly"),
    "duty.decision_contested": _("contested what was decided of {it}"),
    "duty.entered_shadow": _("put {it} in shadow"),
    "duty.found_not_applicable": _("found that {it} does not apply"),
    "duty.left_shadow": _("took {it} out of shadow"),
    "duty.question_changed": _("changed what is asked about {it}"),
    "duty.questioned": _("asked whether {it} applies"),
    "duty.repinned": _("moved {it} to another version of its policy"),
    "duty.fulfilled": _("recorded {it} as fulfilled"),
    "evidence.checked": _("had a package checked: {it}"),
    "evidence.expired": _("deleted the file of {it}"),
    "evidence.packaged": _("made {it}"),
    "evidence.requested": _("asked for {it}"),
    "evidence.share_revoked": _("revoked a link to {it}"),
    "evidence.share_used": _("downloaded {it} by a link"),
    "evidence.shared": _("shared {it} by a link"),
    "incident.absorbed": _("took another incident into {it}"),
    "incident.decided": _("decided what applies to {it}"),
    "incident.handed_over": _("handed {it} over"),
    "incident.linked": _("linked {it} to another one"),
    "incident.merged": _("merged {it} into another one"),
    "incident.reescalated": _("escalated {it} again"),
    "incident.role_assigned": _("gave somebody a role in {it}"),
    "incident.role_ended": _("ended somebody's role in {it}"),
    "incident.unlinked": _("took a link of {it} away"),
    "incident.voided": _("declared that {it} was none"),
    "ledger.key_created": _("made the first signing key of {it}"),
    "ledger.key_rotated": _("replaced the signing key of {it}"),
    "notice.covered": _("marked content of {it} as covered"),
    "notice.queued": _("put {it} on its way"),
    "notice.submitted": _("asked for the approval of {it}"),
    "person.access_changed": _("changed what {it} may do"),
    "person.identity_bound": _("bound {it} to an identity of single sign-on"),
    "person.password_changed": _("changed the password of {it}"),
    "person.sign_in_refused": _("refused a sign-in of {it}"),
    "person.signed_in": _("signed in"),
    "person.signed_out": _("signed out"),
    "personal_data.erased": _("erased personal data of {it}"),
    "policy.drafted": _("began a draft of {it}"),
    "policy.exported": _("took a copy of {it}"),
    "policy.commented": _("commented on {it}"),
    "policy.impact_cancelled": _("stopped working out the impact of {it}"),
    "policy.impact_requested": _("asked for the impact of {it}"),
    "policy.retirement_asked": _("asked to retire {it}"),
    "policy.retirement_cancelled": _("let {it} stay in force"),
    "policy.submitted": _("submitted {it} for review"),
    "retention.applied": _("applied retention to {it}"),
    "second_factor.added": _("added a second factor to {it}"),
    "second_factor.removed": _("removed a second factor of {it}"),
    "second_factor.reset": _("reset the second factors of {it}"),
    "settings.changed": _("came up with other settings: {it}"),
    "signal.correlated": _("counted a report as one more signal: {it}"),
    "software.updated": _("came up with another version: {it}"),
    "team.member_changed": _("changed who is in {it}"),
    "team.systems_changed": _("changed the systems of {it}"),
    "timer.at_risk": _("told that {it} is at risk"),
    "timer.confirm": _("reminded of a decision to confirm: {it}"),
    "timer.held": _("sent on what quiet hours had held back: {it}"),
    "timer.overdue": _("told that {it} is overdue"),
    "timer.question": _("reminded of an open question: {it}"),
    "timer.reminder": _("reminded of {it}"),
    "timer.request": _("reminded of a request to decide on: {it}"),
    "timer.review": _("reminded that {it} is to be looked at again"),
    "timer.superseded": _("told that {it} was superseded"),
    "verification.requested": _("asked for {it}"),
    "verification.finished": _("finished {it}"),
}


def phrase(verb: str) -> str:
    """What was done, with `{it}` in the place of the object, or without it where that is who did
    it."""
    subject, _, end = verb.partition(".")
    if verb in _SAID:
        return str(_SAID[verb])
    if end in ("read", "listed") and subject.endswith("_page"):
        return gettext("opened {it}")
    return str(_SAID.get(end) or f"{end.replace('_', ' ') or subject} {{it}}")


def around(verb: str) -> tuple[str, str, bool]:
    """The words before and after the object, and whether it is named at all."""
    before, it, after = phrase(verb).partition("{it}")
    return before, after, bool(it)
