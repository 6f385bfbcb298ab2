"""The examples of an escalation matrix: ladders, quiet hours, rotas and feeds."""

from typing import Final

from tests.policies.lint.example import Example, rows

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


def _two_feeds(first: str, second: str) -> str:
    return _matrix(
        f'feeds: [{{id: a, zone: UTC, url: "{first}"}}, '
        f'{{id: b, zone: Europe/Brussels, url: "{second}"}}]'
    )


def _level(keys: str) -> str:
    return f"    SEV3:\n      {keys}\n"


_QUIET: Final = 'quiet: {hours: {from: "22:00", to: "07:00"}, zone: Europe/Brussels'


ESCALATION: Final[tuple[Example, ...]] = (
    *rows(
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
        ("duplicate-feed", _ROLES, _two_feeds("https://example.org/a", "https://example.org/a"),
         _two_feeds("https://example.org/a", "https://example.org/b")),
        ("feed-without-address", _ROLES, _feed("on-call.ics"), _feed("https://example.org/a")),
        ("feed-not-https", _ROLES, _feed("http://example.org/a"), _feed("https://example.org/a")),
    ),
)  # fmt: skip
