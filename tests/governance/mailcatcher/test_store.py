from pathlib import Path

import pytest

from governance.mailcatcher import store

MAIL = (
    b"Subject: =?utf-8?q?Frist_l=C3=A4uft?=\r\nFrom: bylaw@localhost\r\nTo: legal@example.org\r\n"
    b"Date: Sun, 22 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@bylaw>\r\n\r\nDue tomorrow.\r\n"
)


def test_a_message_is_kept_byte_for_byte(tmp_path: Path) -> None:
    name = store.keep(tmp_path, MAIL)
    assert (tmp_path / f"{name}.eml").read_bytes() == MAIL


def test_the_newest_message_comes_first(tmp_path: Path) -> None:
    names = [store.keep(tmp_path, MAIL) for _ in range(3)]
    assert [caught.id for caught in store.newest(tmp_path)] == names[::-1]


def test_a_list_shows_what_the_message_says_of_itself(tmp_path: Path) -> None:
    store.keep(tmp_path, MAIL)
    caught = store.newest(tmp_path)[0]
    assert (caught.subject, caught.recipients) == ("Frist läuft", "legal@example.org")
    assert caught.message_id == "<1@bylaw>"
    assert caught.date is not None
    assert caught.date.isoformat() == "2026-11-22T10:00:00+01:00"


def test_a_message_is_found_with_its_text(tmp_path: Path) -> None:
    found = store.find(tmp_path, store.keep(tmp_path, MAIL))
    assert found is not None
    assert found[1].strip() == "Due tomorrow."


@pytest.mark.parametrize(
    "name",
    ["", "..", "../secret", "/etc/passwd", "0" * 20, f"{'0' * 20}-abcdef01/../x", "x\0y"],
)
def test_an_id_that_is_not_ours_finds_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.eml").write_bytes(MAIL)
    assert store.find(tmp_path / "mail", name) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: x\r\nDate: yesterday\r\n\r\n",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b",
        b"To: <<<>>>,,\r\nMessage-ID: <[>\r\n\r\nx",
        b"Date: Mon, 1 Jan 2026 00:00:00 -0000\r\n\r\nx",
    ],
)
def test_a_malformed_message_is_shown_as_far_as_it_can_be_read(
    tmp_path: Path, content: bytes
) -> None:
    name = store.keep(tmp_path, content)
    assert store.newest(tmp_path)[0].id == name
    assert store.find(tmp_path, name) is not None


def test_an_empty_directory_holds_no_mail(tmp_path: Path) -> None:
    assert store.newest(tmp_path / "none") == []


def test_a_date_of_no_certain_offset_is_in_utc(tmp_path: Path) -> None:
    store.keep(tmp_path, b"Date: Sun, 22 Nov 2026 09:00:00 -0000\r\n\r\nx")
    (caught,) = store.newest(tmp_path)
    assert caught.date is not None
    assert caught.date.isoformat() == "2026-11-22T09:00:00+00:00"
