"""Settings and software are on record when a process starts with others than before."""

import json
from typing import Any

import pytest
from django.db import connection

from governance import env
from governance.access import deployment, tasks
from governance.ledger.models import Entry
from tests.committed import at_once, once
from tests.factory import AT

SECRET = "a-word-that-nobody-may-see-anywhere"


def record(process: str = "worker") -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in deployment.record(process, at=AT)]


@pytest.mark.django_db
class TestChanges:
    def test_the_first_start_records_every_setting_and_the_software(self) -> None:
        settings, software = record()
        assert (settings["verb"], software["verb"]) == ("settings.changed", "software.updated")
        assert set(settings["after"]) == env.KNOWN | env.ADDRESSES
        assert software["after"]["bylaw"] == "0.1.0"
        assert software["after"]["migration ledger"] >= "0004_sealed_kept"

    def test_starting_again_records_nothing(self) -> None:
        record()
        assert record() == []

    def test_a_changed_setting_is_told_before_and_after_and_alone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record()
        monkeypatch.setitem(env._given, "BYLAW_TICK_SECONDS", 7)
        (entry,) = record()
        assert (entry["before"], entry["after"]) == (
            {"BYLAW_TICK_SECONDS": "1"},
            {"BYLAW_TICK_SECONDS": "7"},
        )

    def test_changing_it_back_is_a_change(self, monkeypatch: pytest.MonkeyPatch) -> None:
        record()
        monkeypatch.setitem(env._given, "BYLAW_TICK_SECONDS", 7)
        record()
        monkeypatch.undo()
        assert record()[0]["after"] == {"BYLAW_TICK_SECONDS": "1"}

    def test_another_process_has_settings_of_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        record("prepare")
        assert record("worker")[0]["object"] == {"kind": "deployment", "id": "worker"}

    def test_a_new_version_is_an_update(self, settings: Any) -> None:
        record()
        settings.VERSION = "0.2.0"
        (entry,) = record()
        assert (entry["verb"], entry["before"]["bylaw"]) == ("software.updated", "0.1.0")
        assert entry["after"] == {"bylaw": "0.2.0"}

    def test_an_applied_migration_is_an_update(self) -> None:
        record()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('ledger', '9999_next', now())"
            )
        (entry,) = record()
        assert entry["after"] == {"migration ledger": "9999_next"}

    @pytest.mark.parametrize("name", sorted(env.SECRETS))
    def test_of_a_secret_only_whether_it_is_set(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv(name, SECRET)
        settings, _ = record()
        assert settings["after"][name] == "set"
        assert SECRET not in json.dumps(settings)

    @pytest.mark.parametrize("name", sorted(env.ADDRESSES))
    @pytest.mark.parametrize(
        "form",
        ["x://user:{}@host:5/path", "x://:{}@host/0?password={}", "x://u:a/{}@host", "x://u:#{}@h"],
    )
    def test_of_an_address_no_password_however_it_is_written(
        self, monkeypatch: pytest.MonkeyPatch, name: str, form: str
    ) -> None:
        monkeypatch.setenv(name, form.format(SECRET, SECRET))
        assert SECRET not in json.dumps(record())

    def test_of_an_address_where_it_leads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SMTP_URL", f"smtp://me:{SECRET}@mail.example.org:587?tls=starttls")
        assert record()[0]["after"]["SMTP_URL"] == "smtp://mail.example.org:587"

    def test_a_worker_that_starts_records_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks.connection, "close", lambda: None)
        tasks.note_start()
        assert Entry.objects.filter(verb="settings.changed", object_id="worker").count() == 1


def test_every_setting_that_sounds_like_a_secret_is_one_or_is_declared() -> None:
    """A new one has to be put into `SECRETS`, `ADDRESSES` or here."""
    public = {"BYLAW_PUBLIC_URL", "BYLAW_LEDGER_KEYS"}
    sounding = {
        name
        for name in env.KNOWN
        if any(word in name for word in ("KEY", "TOKEN", "SECRET", "PASSWORD", "URL"))
    }
    assert sounding - env.SECRETS - env.ADDRESSES == public


def test_several_that_start_at_once_record_it_once(database: str) -> None:
    at_once(database, *[record] * 4)
    rows = Entry.objects.filter(verb="settings.changed", object_id="worker")
    assert once(database, rows.count) == 1


def test_preparing_records_what_it_prepared(database: str) -> None:
    rows = Entry.objects.filter(object_kind="deployment", object_id="prepare").order_by("id")
    verbs = once(database, lambda: list(rows.values_list("verb", flat=True)))
    assert verbs == ["settings.changed", "software.updated"]
