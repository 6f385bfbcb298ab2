import pytest

from tests.flows.tool import Tool
from tests.flows.tool import tool as make_tool
from tests.live.stack import Stack


@pytest.fixture(scope="module")
def tool(stack: Stack) -> Tool:
    return make_tool(stack)
