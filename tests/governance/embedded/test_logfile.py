from pathlib import Path

from governance.embedded import logfile


def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    assert logfile.tail(log, lines=2) == f"The end of {log}:\n  line 98\n  line 99"


def test_a_log_that_does_not_exist_has_no_tail(tmp_path: Path) -> None:
    assert logfile.tail(tmp_path / "web.log") == ""


def test_a_log_over_the_limit_is_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("x" * 11)
    logfile.limit(tmp_path, most=10)
    assert (tmp_path / "web.log.1").read_text() == "x" * 11


def test_a_writer_goes_on_at_the_start_of_a_log_that_was_moved_aside(tmp_path: Path) -> None:
    with (tmp_path / "web.log").open("a") as writer:
        writer.write("x" * 11)
        writer.flush()
        logfile.limit(tmp_path, most=10)
        writer.write("new")
    assert (tmp_path / "web.log").read_text() == "new"


def test_a_log_within_the_limit_stays(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("x" * 10)
    logfile.limit(tmp_path, most=10)
    assert [file.name for file in tmp_path.iterdir()] == ["web.log"]
