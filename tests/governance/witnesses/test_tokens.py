"""What comes back from a time-stamp authority is checked in every respect before it counts; and
`openssl ts -verify`, which an auditor uses, is of the same opinion."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import TimeStampRequest, decode_timestamp_response

from governance.witnesses import tokens
from governance.witnesses.tokens import Token, Untrusted
from tests.live import time_stamps
from tests.live.time_stamps import DAY, TimeStampAuthority

NOTE = "example.org/ledger/0123\n3\naGFzaA==\n\n— example.org/ledger/0123 c2lnbmF0dXJl\n".encode()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TimeStampAuthority:
    return TimeStampAuthority(tmp_path_factory.mktemp("tokens") / "tsa")


def check(
    answer: bytes,
    asked: TimeStampRequest,
    tsa: TimeStampAuthority,
    *,
    data: bytes = NOTE,
    at: datetime | None = None,
) -> Token:
    roots = x509.load_pem_x509_certificates(tsa.root.read_bytes())
    return tokens.check(answer, data, asked=asked, roots=roots, at=at or datetime.now(UTC))


def stamped(tsa: TimeStampAuthority) -> Token:
    asked = tokens.ask(NOTE)
    return check(tsa.reply(asked.as_bytes()), asked, tsa)


def said_by_openssl(answer: bytes, tsa: TimeStampAuthority, tmp_path: Path) -> str:
    (tmp_path / "token.tsr").write_bytes(answer)
    (tmp_path / "note").write_bytes(NOTE)
    return time_stamps.verified(tmp_path / "token.tsr", tmp_path / "note", root=tsa.root).stdout


def test_a_token_gives_the_time_and_how_exact_it_is(tsa: TimeStampAuthority) -> None:
    token = stamped(tsa)
    assert abs(token.gen_time - datetime.now(UTC)) < timedelta(seconds=30)
    assert token.accuracy == timedelta(seconds=1, milliseconds=500, microseconds=100)


def test_openssl_verifies_it_too(tsa: TimeStampAuthority, tmp_path: Path) -> None:
    assert said_by_openssl(stamped(tsa).answer, tsa, tmp_path) == "Verification: OK\n"


def test_an_accuracy_that_is_not_said_is_none(tmp_path: Path) -> None:
    assert stamped(TimeStampAuthority(tmp_path / "vague", accuracy="")).accuracy is None


def test_the_chain_is_kept_up_to_the_root(tsa: TimeStampAuthority, tmp_path: Path) -> None:
    """Signer and intermediate come with the token; with the root they are all that it takes."""
    found = x509.load_pem_x509_certificates(stamped(tsa).certificates.encode())
    names = {each.subject.rfc4514_string() for each in found}
    assert names == {"CN=Stamp signer", "CN=Stamp authority", "CN=Stamp root"}


def test_each_request_has_a_nonce_of_its_own_and_wants_the_certificates() -> None:
    one, two = tokens.ask(NOTE), tokens.ask(NOTE)
    assert one.nonce
    assert one.nonce != two.nonce
    assert one.cert_req
    assert one.message_imprint.hash_algorithm == tokens.SHA256


# --- tampered twins ------------------------------------------------------------------------------


def test_a_token_for_other_data_is_refused(tsa: TimeStampAuthority) -> None:
    asked = tokens.ask(NOTE)
    with pytest.raises(Untrusted, match="Mismatch between messages"):
        check(tsa.reply(asked.as_bytes()), asked, tsa, data=NOTE.replace(b"\n3\n", b"\n4\n"))


def test_a_token_for_another_request_is_refused(tsa: TimeStampAuthority) -> None:
    """Of the same data, so that only the nonce tells a replay."""
    with pytest.raises(Untrusted, match="Nonce mismatch"):
        check(tsa.reply(tokens.ask(NOTE).as_bytes()), tokens.ask(NOTE), tsa)


def test_a_token_without_a_nonce_is_refused(tsa: TimeStampAuthority, tmp_path: Path) -> None:
    answer = tsa.reply(time_stamps.request(NOTE, tmp_path, "-sha256", "-no_nonce"))
    with pytest.raises(Untrusted, match="Nonce mismatch"):
        check(answer, tokens.ask(NOTE), tsa)


def test_an_imprint_by_another_algorithm_is_refused(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    answer = tsa.reply(time_stamps.request(NOTE, tmp_path, "-sha512"))
    with pytest.raises(Untrusted, match="another algorithm than SHA-256"):
        check(answer, tokens.ask(NOTE), tsa)


def test_a_token_of_another_authority_is_refused(tsa: TimeStampAuthority, tmp_path: Path) -> None:
    """Its names are the same, its keys are not."""
    foreign = TimeStampAuthority(tmp_path / "foreign")
    asked = tokens.ask(NOTE)
    answer = foreign.reply(asked.as_bytes())
    assert check(answer, asked, foreign)
    with pytest.raises(Untrusted, match="trust"):
        check(answer, asked, tsa)
    assert "OK" not in said_by_openssl(answer, tsa, tmp_path)


@pytest.mark.parametrize(
    ("valid", "why"), [((-2 * DAY, -DAY), "has expired"), ((DAY, 2 * DAY), "not yet valid")]
)
def test_a_certificate_that_is_not_valid_at_the_time_of_the_token_is_refused(
    tmp_path: Path, valid: tuple[timedelta, timedelta], why: str
) -> None:
    with pytest.raises(Untrusted, match=why):
        stamped(TimeStampAuthority(tmp_path / "late", valid=valid))


@pytest.mark.parametrize("off", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_time_that_is_far_from_ours_is_refused(tsa: TimeStampAuthority, off: timedelta) -> None:
    """As a key gives whose certificate is over, and which is made to say an earlier time."""
    asked = tokens.ask(NOTE)
    with pytest.raises(Untrusted, match="one of them is wrong"):
        check(tsa.reply(asked.as_bytes()), asked, tsa, at=datetime.now(UTC) + off)


def test_what_the_authority_refuses_is_said_in_its_words(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    answer = tsa.reply(time_stamps.request(NOTE, tmp_path, "-md5"))
    with pytest.raises(Untrusted, match=r"did not grant .*\(status 2\).*digest algorithm"):
        check(answer, tokens.ask(NOTE), tsa)


@pytest.mark.parametrize("answer", [b"", b"\x30", b"<html>Not found</html>", b"\x30\x80\x30\x00"])
def test_what_is_no_token_is_refused(tsa: TimeStampAuthority, answer: bytes) -> None:
    with pytest.raises(Untrusted):
        check(answer, tokens.ask(NOTE), tsa)


def test_a_token_cut_short_anywhere_is_refused(tsa: TimeStampAuthority) -> None:
    asked = tokens.ask(NOTE)
    answer = tsa.reply(asked.as_bytes())
    for length in range(0, len(answer), 7):
        with pytest.raises(Untrusted):
            check(answer[:length], asked, tsa)


def test_no_changed_bit_changes_what_a_token_says(tsa: TimeStampAuthority) -> None:
    """Each bit in turn: refused, or, in the few bytes that no signature covers, without effect."""
    asked = tokens.ask(NOTE)
    answer = tsa.reply(asked.as_bytes())
    right = check(answer, asked, tsa)
    taken = 0
    for place in range(len(answer)):
        changed = bytearray(answer)
        changed[place] ^= 1 << place % 8
        try:
            found = check(bytes(changed), asked, tsa)
        except Untrusted:
            continue
        taken += 1
        assert (found.gen_time, found.accuracy) == (right.gen_time, right.accuracy)
    assert taken < 20


def test_another_certificate_for_the_same_key_is_refused(
    tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    """Its signature would be right, by a certificate that it was not made with."""
    asked = tokens.ask(NOTE)
    answer = tsa.reply(asked.as_bytes())
    own, other = tsa.twin()
    changed = answer.replace(_der(own), _der(other)).replace(_serial(own), _serial(other))
    assert len(changed) == len(answer)
    with pytest.raises(Untrusted, match="another certificate than the one that it names"):
        check(changed, asked, tsa)
    assert "OK" not in said_by_openssl(changed, tsa, tmp_path)


def test_openssl_refuses_a_changed_token_too(tsa: TimeStampAuthority, tmp_path: Path) -> None:
    answer = bytearray(stamped(tsa).answer)
    answer[-1] ^= 1
    assert "OK" not in said_by_openssl(bytes(answer), tsa, tmp_path)


def test_certificates_may_come_in_any_order(tsa: TimeStampAuthority) -> None:
    """DER wants those of a set sorted; `openssl ts` and others send the signer's first."""
    asked = tokens.ask(NOTE)
    answer = tsa.reply(asked.as_bytes())
    one, two = _certificates(answer)
    assert one + two in answer
    for order in (one + two, two + one):
        assert check(answer.replace(one + two, order), asked, tsa)


def _certificates(answer: bytes) -> list[bytes]:
    found = decode_timestamp_response(tokens._ordered(answer)).signed_data.certificates
    return sorted(found, key=answer.index)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _serial(certificate: x509.Certificate) -> bytes:
    return certificate.serial_number.to_bytes(20, "big")
