"""The form of an escalation matrix as a JSON Schema."""

from typing import Final

from policies.documents.calendar import WEEKDAYS
from policies.documents.schema import ID, TEXT, array, mapping

CHANNEL: Final = {"enum": ["email", "webhook"]}
ADDRESS: Final = r"^[^@\s]+@[^@\s]+$"
#: What `to` looks like, by channel; a webhook is an endpoint by its name.
DESTINATION: Final = {"email": ADDRESS, "webhook": ID["pattern"]}
CLOCK: Final = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
#: A local time; the zone stands beside it.
LOCAL: Final = {"type": "string", "pattern": r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"}
WEEKDAY: Final = {"enum": list(WEEKDAYS)}
MEMBER: Final = {"type": "string", "pattern": r"^\S+$", "maxLength": 254}

CONTACT: Final = mapping(
    {"channel": CHANNEL, "to": {"type": "string", "minLength": 1, "maxLength": 254}},
    required=("channel", "to"),
)
ON_CALL: Final = mapping({"rota": ID, "feed": ID})
ROLE: Final = mapping(
    {"id": ID, "title": TEXT, "contacts": array(CONTACT), "on_call": ON_CALL},
    required=("id", "title"),
)
STEP: Final = mapping(
    {
        "after": TEXT,
        "notify": array(ID, least=1),
        "everyone": {"type": "boolean"},
        "channel": CHANNEL,
    },
    required=("after",),
)
REPEAT: Final = mapping(
    {"every": TEXT, "times": {"type": "integer", "minimum": 1, "maximum": 1000}},
    required=("every",),
)
HOURS: Final = mapping({"from": CLOCK, "to": CLOCK}, required=("from", "to"))
QUIET: Final = mapping(
    {"hours": HOURS, "days": array(WEEKDAY, least=1), "zone": TEXT, "calendar": ID,
     "roles": array(ID, least=1)},
    required=("hours",),
)  # fmt: skip
_TOLD: Final = {
    "channel": CHANNEL,
    "notify": array(ID),
    "acknowledge_within": TEXT,
}
LEVEL: Final = mapping(
    {
        "lead": ID,
        **_TOLD,
        "steps": array(STEP),
        "repeat": REPEAT,
        "quiet": QUIET,
        "snooze_at_most": TEXT,
        "outside_hours": mapping({"lead": ID, **_TOLD, "steps": array(STEP, least=1)}),
    },
    required=("lead",),
)
DUTIES: Final = mapping(
    {
        "at_risk": mapping({"notify": array(ID, least=1)}, required=("notify",)),
        "overdue": mapping(
            {
                "steps": array(
                    mapping(
                        {"after": TEXT, "notify": array(ID, least=1)},
                        required=("after", "notify"),
                    ),
                    least=1,
                ),
                "repeat": mapping({"every": TEXT}, required=("every",)),
            },
            required=("steps",),
        ),
    }
)
ROTA: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "zone": TEXT,
        "start": LOCAL,
        "until": LOCAL,
        "turn": TEXT,
        "handover": mapping({"weekday": WEEKDAY, "at": CLOCK}, required=("weekday", "at")),
        "members": array(MEMBER),
        "overrides": array(
            mapping(
                {"from": LOCAL, "until": LOCAL, "member": MEMBER},
                required=("from", "until", "member"),
            )
        ),
    },
    required=("id", "zone", "start", "members"),
)
FEED: Final = mapping(
    {"id": ID, "title": TEXT, "url": {**TEXT, "maxLength": 1000}, "zone": TEXT},
    required=("id", "url", "zone"),
)
SPEC: Final = mapping(
    {
        "roles": array(ROLE, least=1),
        "working_hours": mapping(
            {"calendar": ID, "from": CLOCK, "to": CLOCK}, required=("calendar", "from", "to")
        ),
        "levels": {"type": "object", "minProperties": 1, "additionalProperties": LEVEL},
        "duties": DUTIES,
        "rotas": array(ROTA),
        "feeds": array(FEED),
    },
    required=("roles", "levels"),
)
