"""Examples that name policies, duties, stages, facts and moments."""

from collections.abc import Iterable, Iterator, Mapping

from policies.checks.comparisons import unknown_path
from policies.checks.cursor import Cursor
from policies.checks.subject import Draft, Subject
from policies.documents.meaning import unknown_name
from policies.problems import Problem

_Stages = Mapping[str, Mapping[str, list[str]]]  # policy → duty → stages


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind != "PolicyTest" or not subject.whole:
        return
    known = [f"{kind}/{name}" for kind in _COVERED for name in subject.names(kind)]
    covered = [each.text for each in draft.spec["policies"].rows()]
    for each in draft.spec["policies"].rows():
        if each.text and each.text not in known:
            yield _unknown(draft, "policy", each.text, known, each.pointer)
    if not set(covered) <= set(known) or not subject.legible("ObligationPolicy"):
        return
    stages = _stages(subject, [name.partition("/")[2] for name in covered])
    for example in draft.spec["examples"].rows():
        yield from _example(draft, example, stages, subject)


_COVERED = ("ObligationPolicy", "SeverityPolicy")


def _stages(subject: Subject, policies: list[str]) -> _Stages:
    return {
        draft.name: {
            duty["id"].text: [stage["id"].text for stage in duty["stages"].rows()]
            for duty in draft.duties()
        }
        for draft in subject.of_kind("ObligationPolicy")
        if draft.name in policies
    }


def _example(draft: Draft, example: Cursor, stages: _Stages, subject: Subject) -> Iterator[Problem]:
    for duty, at in (*example["expect"]["duties"].entries(), *example["submitted"].entries()):
        listed = _listed(duty, stages)
        if listed is None:
            known = [name for each in stages.values() for name in each]
            yield _unknown(draft, "duty", duty.rpartition("/")[2], known, at.pointer)
            continue
        # What was submitted has its stages right below the duty.
        for stage, expected in (at["stages"] if at["outcome"] else at).entries():
            if stage.partition("/")[0] not in listed:
                yield _unknown(draft, "stage", stage, listed, expected.pointer)
            yield from _waits(draft, expected["waits_for"], subject)
        for missing in at["missing"].rows():
            yield from _path(draft, missing, subject)


def _waits(draft: Draft, at: Cursor, subject: Subject) -> Iterator[Problem]:
    for each in at.rows():
        name = each.text
        if name and not name.startswith("submitted:") and name not in subject.moments:
            yield _unknown(draft, "moment", name, subject.moments, each.pointer)


def _listed(duty: str, stages: _Stages) -> list[str] | None:
    """The stages of `duty` or `policy/duty`; None when there is no such duty."""
    policy, _, name = duty.rpartition("/")
    among = [stages[policy]] if policy in stages else [] if policy else list(stages.values())
    return next((each[name] for each in among if name in each), None)


def _path(draft: Draft, at: Cursor, subject: Subject) -> Iterator[Problem]:
    vocabulary = subject.vocabulary
    if vocabulary is not None and at.text and vocabulary.find(at.text) is None:
        message, hint = unknown_path(at.text, vocabulary)
        yield draft.problem("unknown-path", message, at.pointer, hint)


def _unknown(draft: Draft, what: str, name: str, known: Iterable[str], pointer: str) -> Problem:
    said = unknown_name(what, name, known, pointer)
    return draft.problem(said.code, said.message, pointer, said.hint)
