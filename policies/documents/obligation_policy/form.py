"""The form of an obligation policy: JSON Schemas of its parts."""

from typing import Final

from policies.counting import UNITS
from policies.documents.schema import CONDITION, DATE, ID, TEXT, array, mapping

VERIFICATION: Final = {"enum": ["verified", "secondary", "unverified"]}
STATUS: Final = {"enum": ["in_force", "scheduled", "voluntary", "proposed", "repealed"]}
MOMENT: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 64}
STAGE_ID: Final = {**ID, "maxLength": 64}
ANCHOR: Final = {"anyOf": [MOMENT, mapping({"submitted": ID}, required=("submitted",))]}
REMIND: Final = r"^(?:([1-9][0-9]?)%|([1-9][0-9]{0,5}) (minute|hour|day)s? before)$"
#: How much of a unit a period may be; a calendar ends at the year 9999.
COUNT: Final = {"type": "integer", "minimum": 1, "maximum": 100_000}

LIMIT: Final = {
    **mapping(
        {
            "from": ANCHOR,
            **dict.fromkeys(UNITS, COUNT),
            "counting": TEXT,
            "calendar": ID,
            "when": CONDITION,
            "unless_later": MOMENT,
            "citation": TEXT,
        },
        required=("from", "counting"),
    ),
}

EVERY: Final = mapping(
    {
        **dict.fromkeys(UNITS, COUNT),
        "counting": TEXT,
        "calendar": ID,
    },
    required=("counting",),
)

RECIPIENT: Final = mapping({"id": STAGE_ID, "title": TEXT}, required=("id", "title"))

STAGE: Final = mapping(
    {
        "id": STAGE_ID,
        "title": TEXT,
        "citation": TEXT,
        "recipient": TEXT,
        "recipients": array(RECIPIENT, least=1),
        "when": CONDITION,
        "promptly": {"enum": [True]},
        "optional": {"enum": [True]},
        "from": ANCHOR,
        "limits": array(LIMIT, least=1),
        "every": EVERY,
        "until": MOMENT,
        "target": mapping({"hours": COUNT}, required=("hours",)),
        "remind": array({"type": "string", "pattern": REMIND}),
        "content": array(TEXT),
        "template": ID,
        "verification": VERIFICATION,
        "note": TEXT,
        "fact": TEXT,
    },
    required=("id",),
)

DUTY: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "citation": TEXT,
        "recipient": TEXT,
        "when": CONDITION,
        "owner": ID,
        "supersedes": array(ID),
        "determine_within": TEXT,
        "verification": VERIFICATION,
        "note": TEXT,
        "fact": TEXT,
        "stages": array(STAGE, least=1),
    },
    required=("id", "title", "owner", "stages"),
)

RELATED: Final = mapping(
    {
        "id": ID,
        "title": TEXT,
        "citation": TEXT,
        "binds": TEXT,
        "period": TEXT,
        "verification": VERIFICATION,
        "because": TEXT,
        "fact": TEXT,
    },
    required=("id", "title", "because"),
)

SPEC: Final = mapping(
    {
        "regime": mapping(
            {"title": TEXT, "jurisdiction": TEXT, "authority": TEXT},
            required=("title", "jurisdiction", "authority"),
        ),
        "source": mapping(
            {
                "citation": TEXT,
                "url": TEXT,
                "status": STATUS,
                "applies_from": DATE,
                "applies_until": DATE,
                "verified_on": DATE,
                "verification": VERIFICATION,
                "note": TEXT,
                "fact": TEXT,
            },
            required=("citation", "status", "verified_on", "verification"),
        ),
        "applies_from": array(
            mapping({"date": DATE, "when": CONDITION, "note": TEXT}, required=("date",)), least=1
        ),
        "exclusions": array(TEXT),
        "delays": TEXT,
        "retention": TEXT,
        "applies_when": CONDITION,
        "informational": {"enum": [True]},
        "duties": array(DUTY),
        "related_duties": array(RELATED),
    },
    required=("regime", "source", "applies_when", "duties"),
)
