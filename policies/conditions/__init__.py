"""Conditions of policies: compiled once, evaluated with three values, explained by a trace.

Pure. A path without a value makes a comparison undetermined, and Kleene's logic carries that
through `all`, `any` and `not`; see `compiler` for the form, `operators` for what can be compared.
"""

from policies.conditions.compiler import ConditionErrors, compile_condition
from policies.conditions.condition import Condition, Use, Verdict
from policies.conditions.operators import OPERATORS
from policies.conditions.operators.operator import Operator
from policies.conditions.values import Kind, kind

__all__ = [
    "OPERATORS",
    "Condition",
    "ConditionErrors",
    "Kind",
    "Operator",
    "Use",
    "Verdict",
    "compile_condition",
    "kind",
]
