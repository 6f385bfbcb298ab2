"""Hand-made hostile files, and a program that reads and lints each of them.

    python -m tests.policies.lint.hostile SECONDS

prints the name of each file once it is through, and is killed by itself when one takes longer.
"""

import faulthandler
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from policies import documents
from policies.lint import lint
from tests.policies.lint.example import AT, base

MEGABYTE: Final = 1_000_000
MARK: Final = "hostile-file-was-run"


def head(kind: str, name: str = "x") -> str:
    return (
        f"apiVersion: bylaw/v1\nkind: {kind}\n"
        f"metadata: {{name: {name}, version: 9.0.0, title: t, owner: o}}\nspec:\n"
    )


def many(unit: str, count: int) -> str:
    """`unit` again and again, with its number for each @."""
    return "".join(unit.replace("@", str(number)) for number in range(count))


OBLIGATION: Final = head("ObligationPolicy") + (
    "  regime: {title: a, jurisdiction: b, authority: c}\n"
    "  source: {citation: a, status: in_force, verified_on: '2026-01-01', verification: verified}\n"
)
WHEN: Final = OBLIGATION + "  duties: []\n  informational: true\n  applies_when:\n"
DUTIES: Final = OBLIGATION + "  applies_when: {drill: true}\n  duties:\n"
REPORT: Final = head("Taxonomy", "facts") + (
    "  report:\n   type: object\n   required: [incident, system]\n   properties:\n"
)
STAGES: Final = "stages: [{id: a, promptly: true, from: aware}]"


def texts() -> Iterator[tuple[str, str | bytes]]:
    """Those that are about YAML."""
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    laughs += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))
    yield "billion laughs", laughs
    yield "cycle", "kind: &a {b: *a}\n"
    yield "brackets", "[" * MEGABYTE
    yield "braces", "{" * MEGABYTE
    yield "colons", ":" * MEGABYTE
    yield "dashes", "- " * (MEGABYTE // 2)
    yield "questions", "? " * (MEGABYTE // 2)
    yield "quotes", "'" * MEGABYTE
    yield "ampersands", "&a " * (MEGABYTE // 3)
    yield "exclamations", "! " * (MEGABYTE // 2)
    yield "pipes", "a: |\n" + " x\n" * (MEGABYTE // 3)
    yield "comments", "#\n" * (MEGABYTE // 2)
    yield "documents", "---\n" * (MEGABYTE // 4)
    yield "directives", "%TAG ! x\n" * (MEGABYTE // 9)
    yield "huge key", f"{'k' * MEGABYTE}: 1"
    yield "huge scalar", f"kind: {'9' * MEGABYTE}"
    yield "huge number", f"kind: SeverityPolicy\nspec: {'9' * 5000}"
    yield "one name many times", "a: 1\n" * (MEGABYTE // 5)
    yield "tag that runs", f"kind: !!python/object/apply:os.system ['touch {MARK}']\n"
    yield "tag that opens", f"!!python/object/new:open [{MARK}, w]\n"
    yield "merge keys", "a: &a {b: 1}\nc: {<<: *a}\n"
    yield "zeros", "kind: \x00\n"
    yield "mark of byte order", "\ufeff\ufeffkind: x\n"
    yield "lone surrogate", "kind: \ud800\n"
    yield "sixteen bits", "kind: Calendar\n".encode("utf-16")
    yield "no text", bytes(range(256)) * 4000


def documents_() -> Iterator[tuple[str, str]]:
    """Those that are documents, and too much of something."""
    yield "comparisons", WHEN + "   all:\n" + many("    - {drill: true}\n", 12_000)
    yield "unknown paths", WHEN + "   all:\n" + many("    - {x@.y: true}\n", 12_000)
    yield "operators", WHEN + "   all:\n" + many("    - {drill: {eqals@: 1}}\n", 9_000)
    yield "terms asked for", WHEN + "   harms:\n    includes_any:\n" + many("     - a@\n", 49_000)
    yield (
        "alternatives",
        WHEN + "   any:\n" + many("    - {drill: true, harms: {includes: a@}}\n", 900),
    )
    yield (
        "nested",
        WHEN + "".join(f"{' ' * n}not:\n" for n in range(3, 33)) + " " * 40 + "drill: true",
    )
    for name, pattern in PATTERNS.items():
        unit = f"    - {{incident.title: {{matches: '{pattern}'}}}}\n"
        yield f"expression {name}", WHEN + "   all:\n" + many(unit, 100)
        yield f"pattern {name}", REPORT + many(f"    p@: {{pattern: '{pattern}'}}\n", 100)
    yield "too many expressions", WHEN + "   all:\n" + many("    - {a: {matches: 'x@'}}\n", 9_000)
    yield "duties", DUTIES + many(f"    - {{id: d@, title: a, owner: o@, {STAGES}}}\n", 2_200)
    yield "duties alike", DUTIES + many(f"    - {{id: d, title: a, owner: o, {STAGES}}}\n", 2_200)
    yield (
        "superseding",
        DUTIES
        + f"    - {{id: a, title: a, owner: o, {STAGES}, supersedes: [{many('b@, ', 45_000)}]}}\n",
    )
    yield (
        "circles",
        DUTIES
        + many(
            f"    - {{id: d@, title: a, owner: o, {STAGES}, supersedes: [d1, d2, d3]}}\n", 1_500
        ),
    )
    yield (
        "stages",
        DUTIES
        + (
            "    - id: a\n      title: a\n      owner: o\n      stages:\n"
            + many("       - {id: s@, promptly: true, from: {submitted: s9}}\n", 5_000)
        ),
    )
    for amount in (
        "hours: 99999999999999",
        "hours: 1e15",
        "months: 100000",
        "hours: 1.5",
        "days: 1e1",
    ):
        limit = f"{{from: aware, {amount}, counting: eu-1182, calendar: office}}"
        yield (
            f"limit of {amount}",
            DUTIES
            + (
                f"    - {{id: a, title: a, owner: o, stages: [{{id: a, limits: [{limit}], "
                "target: {hours: 9999999999}, remind: ['999999999999 days before', '50%']}]}\n"
            ),
        )
    yield (
        "rules",
        head("SeverityPolicy", "severity")
        + (
            "  levels: [{id: A, title: a}, {id: B, title: b}]\n  default: B\n"
            "  when_undetermined: ignore\n  rules:\n"
            + many(
                "    - {id: r@, level: A, because: b, when: {impact.cost: {at_least: @}}}\n", 3_000
            )
        ),
    )
    yield (
        "levels",
        head("SeverityPolicy", "severity")
        + (
            "  rules: [{id: a, level: A, because: a, when: {drill: true}}]\n  default: A\n"
            "  when_undetermined: ignore\n  levels:\n" + many("    - {id: L@, title: a}\n", 9_000)
        ),
    )
    yield "wrong items", head("SeverityPolicy", "severity") + "  rules:\n" + "   - 1\n" * 49_000
    yield "wrong keys", head("SeverityPolicy", "severity") + many("  k@: 1\n", 20_000)
    yield "schemas", REPORT + many("    p@: {type: string, description: d}\n", 8_000)
    yield "no schemas", REPORT + many("    p@: {type: strin}\n", 12_000)
    yield "schemas within", REPORT + "    a: " + "{properties: {a: " * 14 + "{}" + "}}" * 14
    yield (
        "schema of itself",
        REPORT + "    incident: {$ref: '#'}\n    x: {$ref: '#/properties/x'}\n",
    )
    yield "schema of the network", REPORT + "    incident: {$ref: 'http://192.0.2.1/x'}\n"
    yield "other draft", REPORT.replace("report:\n", "report:\n   $schema: http://192.0.2.1/x\n")
    for word in ("properties", "anyOf"):
        yield (
            f"references by {word}",
            REPORT
            + (
                "    incident: {$ref: '#/$defs/d0'}\n   $defs:\n"
                + "".join(f"    d{n}: {_references(word, n + 1)}\n" for n in range(200))
                + "    d200: {type: string}\n"
            ),
        )
    yield (
        "additions",
        head("Taxonomy", "other")
        + ("  adds:\n   report:\n" + many("    p@: {type: object, properties: {a: {}}}\n", 4_500)),
    )
    yield (
        "terms used",
        head("Taxonomy", "other")
        + (
            "  terms:\n   x:\n"
            + many("    - {id: m@, title: t}\n", 5_000)
            + "  adds:\n   report:\n"
            + many("    p@: {terms: x}\n", 7_000)
        ),
    )
    yield (
        "terms alike",
        head("Taxonomy", "other")
        + ("  terms:\n   x:\n" + many("    - {id: m, title: t}\n", 9_000)),
    )
    yield (
        "moments",
        head("Taxonomy", "other") + ("  moments:\n" + many("    - {id: m@, title: t}\n", 9_000)),
    )
    system = "    - {id: s@, name: n, owner_team: o, roles: [deployer], depends_on: [t@], x@: 1}\n"
    yield "systems", head("SystemRegister", "register") + "  systems:\n" + many(system, 2_800)
    yield (
        "facts of a system",
        head("SystemRegister", "register")
        + (
            "  systems:\n    - id: a\n      name: a\n      owner_team: o\n      roles: [deployer]\n"
            + many("      k@: 1\n", 24_000)
        ),
    )
    yield (
        "holidays",
        head("Calendar", "office")
        + (
            "  zone: ../../etc/passwd\n  weekend: []\n  source: {}\n"
            "  covers: {from: '0001-01-01', until: '9999-12-31'}\n  holidays:\n"
            + many("    - {date: '2028-01-01', title: t@}\n", 9_000)
        ),
    )
    yield (
        "escalation",
        head("EscalationMatrix", "escalation")
        + (
            "  roles: [{id: a, title: a}]\n  levels:\n"
            + many("    L@: {lead: b@, steps: [{after: x, notify: [c]}]}\n", 2_900)
        ),
    )
    yield (
        "playbook",
        head("Playbook")
        + (
            "  levels: [SEV1]\n  steps:\n"
            + many("    - {id: s@, title: a, phase: contain, role: b@, within: x}\n", 4_000)
        ),
    )
    yield (
        "review",
        head("ReviewTemplate")
        + (
            "  sections: [{id: a, title: a, prompt: a}]\n  levels:\n"
            + many("    L@: {within: x, facilitator: b@, participants: [a, a]}\n", 4_000)
        ),
    )
    for name, body in BODIES.items():
        yield (
            f"notice of {name}",
            head("NoticeTemplate")
            + (f"  purpose: internal_notice\n  language: en\n  subject: a\n  body: '{body}'\n"),
        )
    yield (
        "examples",
        head("PolicyTest")
        + (
            "  policies: [ObligationPolicy/breach]\n  at: '2026-01-01T00:00:00Z'\n  examples:\n"
            + many("    - {name: n@, expect: {duties: {notifi@: applies}}}\n", 5_000)
        ),
    )
    yield (
        "examples of much",
        head("PolicyTest")
        + (
            "  policies: [ObligationPolicy/breach]\n  at: '2026-01-01T00:00:00Z'\n"
            "  given:\n   report:\n"
            + many("    k@: 1\n", 10_000)
            + "  examples:\n"
            + many("    - {name: n@, given: {report: {a: 1}}, expect: {severity: A}}\n", 2_000)
        ),
    )


PATTERNS: Final = {
    "of backtracking": "(a+)+$@",
    "of repetition": "(((a{10}){10}){10}){10}@",
    "of letters": r"\pL{100}@",
    "of few letters": r"\pL{15}@",
    "of nesting": "(" * 400 + "@" + ")" * 400,
    "of a number": "a{99999999999}@",
    "of looking around": "(?=@)",
}
BODIES: Final = {
    "openings": "{{" * 400_000,
    "closings": "}}" * 400_000,
    "no facts": many("{{ a.b@ }}", 60_000),
    "no filters": "{{ incident.title | lst }}" * 30_000,
    "many filters": "{{ incident.title" + " | words" * 90_000 + " }}",
    "no zones": "{{ moments.aware | instant ../../etc/passwd }}" * 20_000,
}


def _references(word: str, to: int) -> str:
    each = f"{{$ref: '#/$defs/d{to}'}}"
    if word == "properties":
        return f"{{properties: {{{', '.join(f'p{n}: {each}' for n in range(40))}}}}}"
    return f"{{anyOf: [{', '.join([each] * 40)}]}}"


def main(seconds: float) -> None:
    ground = base()
    for name, text in (*texts(), *documents_()):
        faulthandler.dump_traceback_later(seconds, exit=True)
        documents.read(text, path="x")
        lint({"x": text}, base=ground, at=AT)
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
    if Path(MARK).exists():
        sys.exit("A file was run.")


if __name__ == "__main__":
    main(float(sys.argv[1]))
