"""A web process is made ready before its first request."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from governance import warming
from policies import releases
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db


def test_the_release_in_force_is_compiled() -> None:
    factory.install()
    releases._compiled.cache_clear()
    warming.warm_up(at=AT)
    assert releases._compiled.cache_info().currsize == 1


def test_without_policies_the_process_starts_all_the_same() -> None:
    with capture_logs() as logged, ThreadPoolExecutor(1) as pool:
        pool.submit(warming.prepare).result()
    assert [each["event"] for each in logged] == ["web.not_warm"]
