"""One world for each module of attacks: everything that there is, made once; what a test does to it
is undone at its end."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.flows.conftest import furnish


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """At least one of everything, in a transaction that is never committed."""
    with django_db_blocker.unblock(), override_settings(), transaction.atomic():
        furnish(tmp_path_factory.mktemp("world"), settings)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(world: None, db: None) -> None:
    """The world for one test, which is given back as it was."""
