"""What a change would make of stored incidents: asked for once, worked on slice by slice, kept.

    impacts.request(versions, days=90, by=, at=, effective_from=None)      → Impact
    impacts.request_documents(documents, days=90, by=, at=, effective_from=None) → Impact
    impacts.cancel(impact, by=, at=)                                       → Impact
    impacts.of(version)                    → Impact | None   the last one with this very text
    impacts.stale(impact, at=)             → str             why it no longer holds; empty: it does
    impacts.called(impact)                 → Titles          of duties, stages and moments
    impacts.levels(impact)                 → list[str]       of both releases, most severe first
    impacts.summary(impact)                → dict            small JSON for `approvals.approve`
    impacts.work()                         → bool            one slice; the worker's tick calls it

Of a few incidents the answer is there at once (`status` "done"); of many, `status` goes from
"waiting" over "running" to "done", "failed" (see `error`) or "cancelled", while `done` of `total`
incidents grows. Rows are the schedule: a slice is bounded in time, the row keeps what was found and
how far it came, and a worker that dies loses about a second of work.

Looked at are the incidents reported in the last `days` days and all open ones; drills never. Both
releases are those of the instant from which the change would hold, without it and with it. Open
incidents are decided as of that instant, as reassessing them would; closed ones as of their last
decision. `result` is None until the first slice, then {"all": S, "open": S} with S as
`simulation.Summary.as_dict` gives it: exact counts and the first examples.
"""

from policies.impacts.readings import called, levels, of, stale, summary
from policies.impacts.requests import DAYS, MOST_DAYS, cancel, request, request_documents
from policies.impacts.slices import work

__all__ = [
    "DAYS",
    "MOST_DAYS",
    "called",
    "cancel",
    "levels",
    "of",
    "request",
    "request_documents",
    "stale",
    "summary",
    "work",
]
