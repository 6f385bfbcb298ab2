"""For every code of the linter a wrong file and a right one.

A row is an edit of one file of the set (the house of the tests, and `more/`): what stands there is
replaced by the wrong text, and by the right one, which is what stood there unless another is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from policies import documents, lint
from policies.documents import Document

AT: Final = datetime(2026, 11, 22, tzinfo=UTC)
HOUSE: Final = Path(__file__).parents[2] / "data" / "house"
MORE: Final = Path(__file__).parent / "more"
SET: Final = {file.stem: file.read_text() for root in (HOUSE, MORE) for file in root.glob("*.yaml")}


@dataclass(frozen=True)
class Example:
    code: str
    file: str
    old: str
    wrong: str
    right: str = ""

    def files(self, *, wrong: bool) -> dict[str, str | bytes]:
        text = SET[self.file]
        assert self.old in text, self.old
        new = self.wrong if wrong else self.right or self.old
        return {**SET, self.file: text.replace(self.old, new)}


def base() -> list[Document]:
    """The set as documents in force."""
    found = [documents.read(text).document for text in SET.values()]
    return [each for each in found if each is not None]


def found(files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    """(file, code) of every problem."""
    return [(each.path, each.code) for each in lint.lint(files, at=AT).problems]


def _rows(file: str, *rows: tuple[str, ...]) -> Iterator[Example]:
    for code, *texts in rows:
        yield Example(code, file, *texts)


_WHEN: Final = "when: {harms: {includes: death}}"
_DUTIES: Final = SET["coming"][SET["coming"].index("  duties:") :]
_SECTIONS: Final = SET["review"][SET["review"].index("    - {id: causes") :]


_ROLES: Final = "spec:\n  roles:\n"


def _matrix(part: str) -> str:
    """The house's escalation matrix with another part."""
    return f"spec:\n  {part}\n  roles:\n"


def _rota(keys: str, start: str = "2026-11-02T09:00") -> str:
    return _matrix(f'rotas: [{{id: duty, zone: Europe/Brussels, start: "{start}", {keys}}}]')


def _overrides(*spans: tuple[int, int]) -> str:
    listed = ", ".join(
        f'{{from: "2026-12-{a:02}T09:00", until: "2026-12-{b:02}T09:00", member: cy}}'
        for a, b in spans
    )
    return _rota(f"turn: P7D, members: [ann, ben], overrides: [{listed}]")


def _feed(url: str, zone: str = "Europe/Brussels") -> str:
    return _matrix(f'feeds: [{{id: duty, zone: {zone}, url: "{url}"}}]')


def _level(keys: str) -> str:
    return f"    SEV3:\n      {keys}\n"


_QUIET: Final = 'quiet: {hours: {from: "22:00", to: "07:00"}, zone: Europe/Brussels'


def _any(*parts: str) -> str:
    return f"when: {{any: [{', '.join(parts)}]}}"


EXAMPLES: Final[tuple[Example, ...]] = (
    # the text
    *_rows(
        "severity",
        ("too-large", "default: SEV3", "default: SEV3 #" + "x" * 1024 * 1024, "default: SEV3 # x"),
        ("forbidden-character", "Critical", "Cri\u202etical"),
        ("ambiguous-line-break", "Critical", "Cri\u2028tical"),
        ("directive", "apiVersion: bylaw/v1", "%YAML 1.2\n---\napiVersion: bylaw/v1"),
        ("syntax", "levels:\n", "levels: [\n"),
        ("several-documents", "default: SEV3", "default: SEV3\n---\nkind: SeverityPolicy"),
        ("duplicate-key", "  default: SEV3", "  default: SEV3\n  default: SEV2"),
        ("key-not-text", "default: SEV3", "default: SEV3\n  1: a", "default: SEV3\n# 1: a"),
        ("key-too-long", "default: SEV3", f"default: SEV3\n  {'k' * 201}: a"),
        ("merge-key", "{id: SEV1, title: Critical}", "{<<: {id: SEV1}, title: Critical}"),
        ("explicit-tag", "title: Critical", "title: !!str Critical"),
        ("explicit-tag", "title: Critical", "title: !!python/object/apply:os.system [ls]"),
        ("unknown-alias", "because: A person died.", "because: *death", "because: 'A person.'"),
        ("recursive-alias", "when: {harms: {includes: death}}", "when: &a {any: [*a]}"),
        ("too-many-aliases", "because: A person died.",
         f"because: &a A.\n      x: [{', '.join(['*a'] * 33)}]"),
        ("too-many-values", "because: A person died.", f"because: [{'a, ' * 50_000}]"),
        ("too-deep", "because: A person died.", f"because: {'[' * 40}{']' * 40}"),
        ("too-deep", "{harms: {includes: death}}",
         f"{'{not: ' * 27}{{harms: {{includes: death}}}}{'}' * 27}"),
        ("too-many-problems", "because: A person died.", f"because: [{'012, ' * 200}]"),
        ("ambiguous-scalar", "title: Critical", "title: 012", "title: '012'"),
        ("not-finite", "title: Critical", "title: .inf", "title: '.inf'"),
        ("number-out-of-range", "at_least: 1000", "at_least: 9007199254740993"),
    ),
    # the form
    *_rows(
        "severity",
        ("unknown-kind", "kind: SeverityPolicy", "kind: SeverityPolice"),
        ("missing-key", "  default: SEV3\n", ""),
        ("unknown-key", "default: SEV3", "default: SEV3\n  defaults: SEV3"),
        ("unknown-value", "when_undetermined: ignore", "when_undetermined: guess"),
        ("schema-type", "title: Critical", "title: [Critical]"),
        ("schema-pattern", "version: 1.0.0", "version: '1.0'", "version: '1.0.1'"),
        ("schema-minLength", "title: Critical", "title: ''"),
        ("schema-maxLength", "title: Severity", f"title: {'S' * 251}"),
        ("schema-minProperties", "when: {harms: {includes: death}}", "when: {}"),
        ("too-many-patterns", _WHEN,
         _any(*(f"{{incident.title: {{matches: a{n}}}}}" for n in range(101))),
         _any(*(f"{{incident.title: {{matches: a{n}}}}}" for n in range(100)))),
    ),
    *_rows(
        "breach",
        ("schema-minItems", "limits: [{from: aware, hours: 8, counting: elapsed}]", "limits: []"),
        ("schema-minimum", "hours: 8", "hours: 0"),
        ("schema-maximum", "hours: 8", "hours: 1000000", "hours: 100000"),
        ("schema-anyOf", "{submitted: initial}", "{submited: initial}"),
    ),
    # conditions
    *_rows(
        "severity",
        ("not-a-condition", "when: {harms: {includes: death}}", "when: {harms: [death]}"),
        ("empty-condition", "when: {harms: {includes: death}}", "when: {any: []}"),
        ("bad-path", "when: {harms: {includes: death}}", "when: {harms..kind: death}"),
        ("operator-without-path", "when: {harms: {includes: death}}", "when: {includes: death}"),
        ("unknown-operator", "includes: death", "include: death"),
        ("bad-operand", "includes: death", "includes: [death]", "includes_any: [death]"),
        ("bad-regex", "includes: death}}", "includes: death}, incident.title: {matches: '(?=a)'}}",
         "includes: death}, incident.title: {matches: '^a'}}"),
        ("bad-instant", "includes: death}}", "includes: death}, moments.aware: {after: today}}",
         "includes: death}, moments.aware: {after: '2026-01-01T00:00:00Z'}}"),
        ("bad-duration", "at_least: 1000", "at_least: two days"),
        ("too-many-comparisons", _WHEN, _any(*["{harms: {includes: death}}"] * 1001)),
        ("unknown-path", "harms: {includes: death}", "harm: {includes: death}"),
        ("unknown-path", "harms: {includes: death}", "moments.awares: {known: true}",
         "moments.aware: {known: true}"),
        ("unknown-path", "harms: {includes: death}", "system.risk: high",
         "system.risk_class: high"),
        ("operator-does-not-fit", "harms: {includes: death}", "harms: death"),
        ("operator-does-not-fit", "at_least: 1000", "equals: '1000'", "equals: 1000"),
        ("operator-does-not-fit", "{harms: {includes: death}}", "{moments.aware: {at_least: 3}}",
         "{moments.aware: {before: '2026-01-01T00:00:00Z'}}"),
        ("unknown-term", "includes: death", "includes: deaths"),
        ("unknown-term", "includes: death", "includes_any: [death, injuries]",
         "includes_any: [death, injury]"),
        ("unknown-term", "harms: {includes: death}", "system.id: triag", "system.id: triage"),
        ("never-true", "at_least: 1000", "less_than: 0", "at_most: 0"),
        ("never-true", "at_least: 1000", "equals: 1.5", "equals: 1"),
        ("always-true", "at_least: 1000", "at_least: 0", "known: true"),
        ("condition-never-true", "{harms: {includes: death}}",
         "{personal_data.risk: high, any: [{personal_data.risk: likely}]}",
         "{any: [{personal_data.risk: high}, {personal_data.risk: likely}]}"),
        ("condition-never-true", "at_least: 1000", "more_than: 9, less_than: 9",
         "at_least: 9, at_most: 9"),
        ("condition-never-true", "{harms: {includes: death}}",
         "{harms: {includes: death}, not: {harms: {includes: death}}}",
         "{harms: {includes: death}, not: {harms: {includes: injury}}}"),
    ),
    *_rows(
        "harm",
        ("condition-never-true", "when: {harms: {includes: death}}",
         "when: {system.risk_class: limited}",
         "when: {system.risk_class: high, drill: false}"),
    ),
    # severity and escalation
    *_rows(
        "severity",
        ("unknown-level", "level: SEV2", "level: SEV-2"),
        ("duplicate-level", "{id: SEV2, title: High}",
         "{id: SEV2, title: High}\n    - {id: SEV2, title: x}"),
        ("duplicate-rule", "id: many", "id: death"),
        ("unreachable-rule", "{personal_data.breach: true}",
         "{personal_data.breach: true, harms: {includes: death}}"),
        ("unreachable-rule", "{impact.people_affected: {at_least: 1000}}",
         "{harms: {includes: death}}"),
        ("rule-without-effect", "level: SEV2", "level: SEV3"),
        ("severity-without-escalation", "{id: SEV3, title: Low}",
         "{id: SEV3, title: Low}\n    - {id: SEV4, title: Lowest}"),
    ),
    *_rows(
        "escalation",
        ("escalation-without-severity", "SEV3:\n", "SEV4:\n      lead: responder\n    SEV3:\n"),
        ("duplicate-role", "id: vacant", "id: responder", "id: vacant"),
        ("unknown-role", "lead: responder", "lead: responders"),
        ("no-duration", "after: P1D", "after: 1 day"),
        ("steps-out-of-order", "after: P1D", "after: PT20M", "after: PT40M"),
        ("everyone-not-last", "after: PT10M, notify: [executive]", "after: PT10M, everyone: true",
         "after: PT10M, notify: [executive, legal-counsel]"),
        ("step-tells-nobody", "after: P1D, notify: [compliance-officer]", "after: P1D",
         "after: P1D, everyone: true"),
        ("repeat-too-short", "    SEV3:\n", "      repeat: {every: PT30S}\n    SEV3:\n",
         "      repeat: {every: PT15M, times: 3}\n    SEV3:\n"),
        ("repeat-without-step", "    SEV3:\n", _level("repeat: {every: PT15M}"),
         _level("repeat: {every: PT15M}\n      steps: [{after: PT1H, notify: [executive]}]")),
        ("quiet-over-urgent", "    SEV2:\n", f"    SEV2:\n      {_QUIET}}}\n",
         "    SEV2:\n      quiet: {hours: {from: '22:00', to: '22:20'}, zone: UTC}\n"),
        ("quiet-over-urgent", "    SEV1:\n", "    SEV1:\n      quiet: {hours: "
         "{from: '22:00', to: '22:01'}, zone: UTC}\n", "    SEV1:\n"),
        ("quiet-without-zone", "    SEV3:\n", _level(f"{_QUIET}, calendar: office}}"),
         _level(f"{_QUIET}, days: [sunday]}}")),
        ("unknown-zone", "    SEV3:\n", _level(f"{_QUIET.replace('els', 'el')}}}"),
         _level(f"{_QUIET}}}")),
        ("unknown-calendar", "    SEV3:\n",
         _level("quiet: {hours: {from: '22:00', to: '07:00'}, calendar: ofice}"),
         _level("quiet: {hours: {from: '22:00', to: '07:00'}, calendar: office}")),
        ("unknown-calendar", _ROLES,
         _matrix("working_hours: {calendar: ofice, from: '09:00', to: '17:00'}"),
         _matrix("working_hours: {calendar: office, from: '09:00', to: '17:00'}")),
        ("outside-without-hours", "    SEV3:\n", _level("outside_hours: {lead: executive}"),
         "    SEV3:\n"),
        ("unknown-role", _ROLES, _matrix("duties: {at_risk: {notify: [executiv]}}"),
         _matrix("duties: {at_risk: {notify: [executive]}}")),
        ("on-call-of-one", "title: Responder,", "title: Responder, on_call: {},",
         "title: Responder,"),
        ("unknown-rota", "title: Responder,", "title: Responder, on_call: {rota: duty},",
         "title: Responder,"),
        ("unknown-feed", "title: Responder,", "title: Responder, on_call: {feed: duty},",
         "title: Responder,"),
        ("rota-without-members", _ROLES, _rota("turn: P7D, members: []"),
         _rota("turn: P7D, members: [ann, ben@example.org]")),
        ("rota-without-turn", _ROLES, _rota("members: [ann]"),
         _rota("handover: {weekday: monday, at: '09:00'}, members: [ann]")),
        ("turn-of-no-hours", _ROLES, _rota("turn: PT90M, members: [ann]"),
         _rota("turn: PT12H, members: [ann]")),
        ("no-such-date", _ROLES, _rota("turn: P1D, members: [ann]", "2026-11-31T09:00"),
         _rota("turn: P1D, members: [ann]", "2026-11-20T09:00")),
        ("overlapping-overrides", _ROLES, _overrides((3, 5), (1, 4)), _overrides((4, 5), (1, 4))),
        ("rota-out-of-order", _ROLES, _overrides((5, 3)), _overrides((3, 5))),
        ("duplicate-rota", _ROLES, _matrix("rotas: [" + ", ".join(
            ['{id: a, zone: UTC, start: "2026-11-02T09:00", turn: P7D, members: [a]}'] * 2) + "]"),
         _rota("turn: P7D, members: [ann]")),
        ("on-call-starts-late", _ROLES, _rota("turn: P1D, members: [ann]", "2026-11-23T09:00"),
         _rota("turn: P1D, members: [ann]", "2026-11-21T09:00")),
        ("on-call-ends", _ROLES, _rota('turn: P1D, members: [ann], until: "2026-12-01T00:00"'),
         _rota('turn: P1D, members: [ann], until: "2027-12-01T00:00"')),
        ("duplicate-feed", _ROLES, _matrix("feeds: [" + ", ".join(
            ['{id: a, zone: UTC, url: "https://example.org/a"}'] * 2) + "]"),
         _feed("https://example.org/a")),
        ("feed-without-address", _ROLES, _feed("on-call.ics"), _feed("https://example.org/a")),
        ("feed-not-https", _ROLES, _feed("http://example.org/a"), _feed("https://example.org/a")),
    ),
    # obligations
    *_rows(
        "breach",
        ("duplicate-stage", "id: final", "id: initial"),
        ("one-period", "hours: 8,", "hours: 8, days: 1,"),
        ("unknown-counting-rule", "hours: 8, counting: elapsed", "hours: 8, counting: elapse"),
        ("unit-not-counted", "hours: 8, counting: elapsed", "work_days: 8, counting: elapsed"),
        ("calendar-missing", "hours: 8, counting: elapsed",
         "business_days: 8, counting: business-days",
         "business_days: 8, counting: business-days, calendar: office"),
        ("unknown-calendar", "hours: 8, counting: elapsed",
         "days: 8, counting: eu-1182, calendar: ofice",
         "days: 8, counting: eu-1182, calendar: office"),
        ("unknown-stage", "{submitted: initial}", "{submitted: initail}"),
        ("unknown-role", "owner: legal-counsel", "owner: legal"),
        ("unknown-moment", "from: aware", "from: awake"),
        ("target-after-limit", "target: {hours: 3}", "target: {hours: 9}"),
        ("reminder-before-start", "1 hour before", "9 hours before"),
        ("no-such-date", '"2018-05-25"', '"2018-02-30"'),
        ("no-such-date", '"2026-01-01"', '"2026-01-32"'),
        ("verified-in-the-future", '"2026-01-01"', '"2027-01-01"'),
        ("status-contradicts-dates", '"2018-05-25"', '"2028-05-25"'),
    ),
    *_rows(
        "harm",
        ("duplicate-duty", "- id: death", "- id: serious", "- id: mortal"),
        ("unknown-duty", "supersedes: [serious]", "supersedes: [serios]"),
        ("supersedes-circle", "owner: legal-counsel\n      when: {harms: {includes_any",
         "owner: legal-counsel\n      supersedes: [death]\n      when: {harms: {includes_any"),
        ("stage-without-clock", "promptly: true", "note: x"),
        ("stage-without-start", "          from: aware\n", ""),
    ),
    *_rows(
        "weekly",
        ("recurring-without-end", "          until: resolved\n", ""),
        ("duplicate-recipient", "id: two", "id: one"),
        ("unknown-template", "template: notice", "template: notise"),
        ("unknown-path", "content: [system.name", "content: [system.nam"),
        ("unknown-moment", "unless_later: noticed", "unless_later: notised"),
        ("dates-out-of-order", '"2030-12-31"', '"2019-12-31"'),
    ),
    *_rows(
        "coming",
        ("policy-without-duty", _DUTIES, "  duties: []\n", "  duties: []\n  informational: true\n"),
    ),
    # calendars
    *_rows(
        "calendar",
        ("unknown-zone", "Europe/Brussels", "Europe/Bruxelles"),
        ("holiday-outside", "2026-12-25", "2028-12-25"),
        ("duplicate-holiday", '{date: "2026-12-25", title: Christmas}',
         '{date: "2026-12-25", title: A}\n    - {date: "2026-12-25", title: B}',
         '{date: "2026-12-25", title: A and B}'),
        ("calendar-ends-early", 'until: "2027-12-31"', 'until: "2027-01-02"',
         'until: "2027-01-31"'),
        ("calendar-starts-late", 'from: "2026-01-01"', 'from: "2026-11-30"'),
    ),
    # taxonomies and register
    *_rows(
        "taxonomy",
        ("duplicate-term", "id: injury", "id: death"),
        ("unknown-terms", "terms: harms}", "terms: harm}"),
        ("duplicate-moment", "{id: classified, title", "{id: aware, title"),
        ("not-a-schema", "minimum: 0", "minimum: zero"),
        ("report-schema-unusable", "#/$defs/impact", "#/$defs/impacts"),
        ("report-schema-unusable", "#/$defs/impact", "https://example.org/impact.json"),
        ("report-without-title", "required: [incident, system]", "required: [system]"),
        ("fact-schema-unusable", "listed: {type: boolean}", "listed: {$ref: '#/$defs/yes'}"),
    ),
    *_rows(
        "side",
        ("moment-defined-twice", "{id: noticed,", "{id: aware, title: Other}\n    - {id: noticed,"),
        ("fact-defined-twice", "countries: {type: integer, minimum: 1, maximum: 200}}",
         "countries: {type: integer, minimum: 1, maximum: 200}, cost: {type: integer}}",
         "countries: {type: integer, minimum: 1, maximum: 200}, cost: {type: number}}"),
        ("schema-propertyNames", "    causes:\n", "    the causes:\n"),
        ("one-report-schema", "  adds:\n", "  report: {type: object}\n  adds:\n"),
    ),
    *_rows(
        "register",
        ("duplicate-system", "id: chat-bot", "id: triage"),
        ("unknown-system", "roles: [deployer]", "roles: [deployer], depends_on: [triag]",
         "roles: [deployer], depends_on: [triage]"),
        ("unknown-fact", "{listed: true}", "{liste: true}"),
        ("unknown-fact", "roles: [deployer]", "roles: [deployer], frontiers: true",
         "roles: [deployer], frontier: true"),
        ("fact-does-not-fit", "{listed: true}", "{listed: 'yes'}"),
    ),
    # playbooks, reviews, notices
    *_rows(
        "playbook",
        ("playbook-for-everything",
         "  applies_when: {system.risk_class: high}\n  levels: [SEV1, SEV2]\n",
         "", "  levels: [SEV1, SEV2]\n"),
        ("duplicate-level", "[SEV1, SEV2]", "[SEV1, SEV1]"),
        ("duplicate-step", "id: tell", "id: stop"),
        ("unknown-role", "role: responder", "role: respondent"),
        ("unknown-level", "[SEV1, SEV2]", "[SEV1, SEV9]"),
    ),
    *_rows(
        "review",
        ("duplicate-section", "id: changes", "id: causes"),
        ("duplicate-participant", "[legal-counsel]", "[legal-counsel, legal-counsel]"),
        ("review-without-section", _SECTIONS,
         "    - {id: a, title: A, prompt: A?, required: false}",
         "    - {id: a, title: A, prompt: A?, required: true}"),
        ("unknown-role", "facilitator: responder", "facilitator: nobody"),
        ("unknown-moment", "from: resolved", "from: solved"),
    ),
    *_rows(
        "notice",
        ("unclosed-placeholder", "{{ duty.title }}:", "{{ duty.title:"),
        ("unopened-placeholder", "{{ duty.title }}:", "duty.title }}:"),
        ("empty-placeholder", "{{ duty.title }}", "{{ }}"),
        ("bad-placeholder", "{{ duty.title }}", "{{ duty title }}"),
        ("unknown-filter", "instant Europe/Brussels", "instand Europe/Brussels"),
        ("subject-of-lines", '{{ duty.title }}: ', '{{ duty.title }}:\\n '),
        ("unknown-role", "role: legal-counsel", "role: legal"),
        ("role-cannot-approve", "role: legal-counsel", "role: executive",
         "role: compliance-officer"),
        ("placeholder-without-fact", "{{ incident.narrative }}", "{{ incident.narative }}"),
        ("placeholder-without-fact", "{{ duty.title }}", "{{ duty.titel }}"),
        ("filter-does-not-fit", "{{ incident.narrative }}", "{{ incident.narrative | instant }}"),
    ),
    # policy tests
    *_rows(
        "examples",
        ("duplicate-policy", "[ObligationPolicy/breach, SeverityPolicy/severity]",
         "[ObligationPolicy/breach, ObligationPolicy/breach]"),
        ("duplicate-example", "name: Nobody knows the risk", "name: A breach is notified"),
        ("example-without-instant", '  at: "2026-11-24T15:00:00Z"\n', ""),
        ("no-instant", '"2026-11-24T15:00:00Z"', '"2026-11-24"'),
        ("missing-of-determined", "outcome: undetermined, missing", "outcome: applies, missing"),
        ("clock-of-no-duty", "outcome: applies\n", "outcome: does_not_apply\n"),
        ("stage-of-two-minds", "waits_for: [aware]", "waits_for: [aware], promptly: true"),
        ("unknown-policy", "ObligationPolicy/breach", "ObligationPolicy/breaches"),
        ("unknown-duty", "          notify: {outcome", "          notfy: {outcome"),
        ("unknown-stage", "initial: {waits_for", "inital: {waits_for"),
        ("unknown-moment", "waits_for: [aware]", "waits_for: [awake]"),
        ("unknown-path", "missing: [personal_data.risk]", "missing: [personal_data.risks]"),
        ("unknown-level", "severity: SEV2", "severity: SEV7"),
        ("unknown-fact", "organisation: {listed: true}", "organisation: {lsted: true}"),
        ("fact-does-not-fit", "organisation: {listed: true}", "organisation: {listed: 3}"),
    ),
)  # fmt: skip
