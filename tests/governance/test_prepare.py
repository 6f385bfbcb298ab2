from pathlib import Path

import pytest

from governance.embedded.addresses import own_port
from tests.live.servers import database
from tests.live.stack import environment, manage


def test_preparing_a_second_time_changes_nothing_and_shows_no_password(
    prepared_database: str, tmp_path: Path
) -> None:
    with database(f"again_{prepared_database}", template=prepared_database) as url:
        done = manage(environment(tmp_path, url), "prepare")
    assert "No migrations to apply" in done.stderr
    assert "Password:" not in done.stdout


def test_the_first_administrator_is_shown_on_standard_output_only(
    running_servers: None, tmp_path: Path
) -> None:
    with database(f"first_{tmp_path.name[:40]}") as url:
        done = manage(environment(tmp_path, url), "prepare")
    assert "Password:" in done.stdout
    assert "Password:" not in done.stderr


def test_a_database_that_does_not_answer_is_named_with_the_way_out(tmp_path: Path) -> None:
    url = f"postgresql://127.0.0.1:{own_port()}/bylaw"
    done = manage(environment(tmp_path, url), "prepare", "--wait", "0", check=False)
    assert done.returncode == 1
    assert "No PostgreSQL answers at 127.0.0.1" in done.stderr
    assert "DATABASE_URL" in done.stderr


@pytest.mark.parametrize("part", ["static/admin/css/base.css", "static/.sources"])
def test_an_image_can_be_built_without_a_database(tmp_path: Path, part: str) -> None:
    settings = environment(tmp_path, "postgresql:///none") | {"BYLAW_VAR": str(tmp_path)}
    manage(settings, "prepare", "--static-only")
    assert (tmp_path / part).is_file()
