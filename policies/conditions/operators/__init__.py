"""Every operator of the policy language, by name; one family a module."""

from collections.abc import Mapping
from types import MappingProxyType

from policies.conditions.operators import equality, lists, order, presence, texts, times
from policies.conditions.operators.operator import Operator

OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        operator.name: operator
        for family in (equality, order, lists, texts, times, presence)
        for operator in family.OPERATORS
    }
)
