"""What `manage.py policies` can do: one action a module.

Each has `HELP`, `add(parser)` and `run(options, say)`, which returns the exit code: 0 fine,
1 findings. Usage errors raise CommandError with code 2.
"""

from policies.management.actions import (
    apply,
    diff,
    export,
    install,
    lint,
    plan,
    schema,
    simulate,
    test,
)
from policies.management.actions.action import Action

ACTIONS: dict[str, Action] = {
    "lint": lint,
    "test": test,
    "diff": diff,
    "plan": plan,
    "apply": apply,
    "export": export,
    "simulate": simulate,
    "schema": schema,
    "install": install,
}
