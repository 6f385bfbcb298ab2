"""Reading the record of a decision: every condition in its place again (pure)."""

import json
from collections.abc import Mapping
from typing import Any


def reasons(text: str) -> Mapping[str, Any]:
    """From the canonical JSON of a decision, of any format.

    `severity` has a `trace` of every rule with the `trace` of its condition. `duties` have each
    `policy`, `digest`, `duty`, `outcome`, `shadow`, `shadow_because`, `superseded_by`, `missing`,
    and a `trace` of `applies_when` and, where it counted, `when`. A condition's trace is as
    `policies.conditions.Verdict` has it.
    """
    record: Mapping[str, Any] = json.loads(text)
    if "format" not in record:
        return record
    conditions = record["conditions"]
    severity = record["severity"]
    rules = [
        {"rule": rule["rule"], "level": rule["level"], "trace": _trace(rule["when"], conditions)}
        for rule in severity["trace"]
    ]
    duties = [
        _duty(policy, duty, conditions)
        for policy in record["obligations"]
        for duty in policy["duties"]
    ]
    kept = {key: record[key] for key in ("at", "release", "facts", "format")}
    return {**kept, "severity": {**severity, "trace": rules}, "duties": duties}


def _duty(
    policy: Mapping[str, Any], duty: Mapping[str, Any], conditions: Mapping[str, Any]
) -> Mapping[str, Any]:
    trace = {"applies_when": _trace(policy["applies_when"], conditions)}
    if "when" in duty:
        trace["when"] = _trace(duty["when"], conditions)
    shared = {key: policy[key] for key in ("policy", "digest", "shadow", "shadow_because")}
    own = {key: duty[key] for key in ("duty", "outcome", "superseded_by", "missing")}
    return {**shared, **own, "trace": trace}


def _trace(name: str, conditions: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = conditions[name]
    for key in ("all", "any"):
        if key in found:
            parts = [_trace(part, conditions) for part in found[key]]
            return {key: parts, "outcome": found["outcome"]}
    if "not" in found:
        return {"not": _trace(found["not"], conditions), "outcome": found["outcome"]}
    return found
