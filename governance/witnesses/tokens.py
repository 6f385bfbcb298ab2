"""Time-stamp tokens (RFC 3161, updated by RFC 5816): asking for one, and checking what comes back
before it counts for anything. Pure.

A token proves that what it stamps existed before its `gen_time`, give or take its accuracy.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

SHA256: Final = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
#: How far its clock and ours may be apart. A key that was stolen, or whose certificate is over, can
#: be made to say any time; the time of asking is what the nonce vouches for.
APART: Final = timedelta(hours=1)
_CERTIFICATES: Final = 0xA0
_SIGNED_ATTRIBUTES: Final = 0xA0
_OCTETS: Final = 0x04
_INDEFINITE: Final = 0x80
#: The attributes that name the signer's certificate, signing-certificate (RFC 2634, 5.4) and its
#: version 2 (RFC 5035, 3), as DER writes these identifiers; and by which hash, told by its length.
_NAMING: Final = frozenset(
    bytes.fromhex(each) for each in ("060b2a864886f70d010910020c", "060b2a864886f70d010910022f")
)
_HASHES: Final = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}


class Untrusted(ValueError):
    """An answer that proves nothing to us: no token, or one that we cannot trust."""


@dataclass(frozen=True)
class Token:
    """`answer` as it came; `certificates` are its own, then the roots, in PEM. `accuracy` is either
    way, and None where the authority does not say."""

    answer: bytes
    certificates: str
    gen_time: datetime
    accuracy: timedelta | None


def ask(data: bytes) -> rfc3161_client.TimeStampRequest:
    """A request over the SHA-256 of the data, with a random nonce, that wants the certificates."""
    builder = rfc3161_client.TimestampRequestBuilder(nonce=True, cert_req=True)
    return builder.data(data).hash_algorithm(rfc3161_client.HashAlgorithm.SHA256).build()


def check(
    answer: bytes,
    data: bytes,
    *,
    asked: rfc3161_client.TimeStampRequest,
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> Token:
    """What an answer proves of the data. Raises Untrusted unless it is granted, answers this
    request by its nonce, is signed under one of the roots by a certificate that was valid then, is
    for time-stamping and is named in what is signed, imprints these data, and gives about the
    present time."""
    try:
        ordered = _ordered(answer)
        found = rfc3161_client.decode_timestamp_response(ordered)
        if found.status != rfc3161_client.PKIStatus.GRANTED:
            raise Untrusted(_refusal(found))
        if found.tst_info.message_imprint.hash_algorithm != SHA256:
            raise Untrusted("It imprints by another algorithm than SHA-256.")
        builder = rfc3161_client.VerifierBuilder(roots=list(roots), nonce=asked.nonce)
        builder.build().verify_message(found, data)
        _check_named(ordered, _signer(found))
        token = _token(answer, found, roots)
    except Untrusted:
        raise
    except (rfc3161_client.VerificationError, ValueError, IndexError) as error:
        raise Untrusted(f"It is no token that we can trust: {error}") from error
    if abs(token.gen_time - at) > APART + (token.accuracy or timedelta()):
        raise Untrusted(
            f"It says {token.gen_time:%Y-%m-%d %H:%M:%S} UTC, and the database's clock "
            f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}: one of them is wrong."
        )
    return token


def _token(
    answer: bytes,
    found: rfc3161_client.TimeStampResponse,
    roots: Sequence[x509.Certificate],
) -> Token:
    own = [x509.load_der_x509_certificate(each) for each in found.signed_data.certificates]
    ordered = sorted(own, key=lambda each: each.public_bytes(Encoding.DER))
    listed = [*ordered, *(each for each in roots if each not in own)]
    return Token(
        answer=answer,
        certificates="".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in listed),
        gen_time=found.tst_info.gen_time.astimezone(UTC),
        accuracy=_accuracy(found.tst_info.accuracy),
    )


def _signer(found: rfc3161_client.TimeStampResponse) -> x509.Certificate:
    (info,) = found.signed_data.signer_infos
    own = [x509.load_der_x509_certificate(each) for each in found.signed_data.certificates]
    return next(
        each
        for each in own
        if (each.issuer, each.serial_number) == (info.issuer, info.serial_number)
    )


def _accuracy(given: rfc3161_client.Accuracy | None) -> timedelta | None:
    if given is None:
        return None
    return timedelta(
        seconds=given.seconds or 0, milliseconds=given.millis or 0, microseconds=given.micros or 0
    )


def _refusal(found: rfc3161_client.TimeStampResponse) -> str:
    said = "; ".join(found.status_string or ()) or "no reason given"
    return f"It did not grant the time-stamp (status {found.status}): {said}"


# --- DER -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """One element of DER: where it starts, where its content does, and where both end."""

    tag: int
    start: int
    content: int
    end: int


def _ordered(answer: bytes) -> bytes:
    """The same answer with its certificates in the order that DER wants of a set. Many authorities
    send them from the signer to the root, which the library refuses; they are not signed over."""
    try:
        inside = _signed_data(answer)
    except (IndexError, ValueError):
        return answer  # nothing to put in order; what it is instead, the library says
    held = next((each for each in inside if each.tag == _CERTIFICATES), None)
    if held is None:
        return answer
    listed = [answer[each.start : each.end] for each in _inside(answer, held)]
    return answer[: held.content] + b"".join(sorted(listed)) + answer[held.end :]


def _check_named(answer: bytes, signer: x509.Certificate) -> None:
    """Whether the certificate is the one that the signature names (RFC 3161, 2.2, and RFC 5816).
    Else another for the same key could be put in its place. Raises Untrusted."""
    named = list(_named(answer))
    if not named:
        raise Untrusted("It does not name the certificate of its signer.")
    encoded = signer.public_bytes(Encoding.DER)
    for each in named:
        kind = _HASHES.get(len(each))
        if kind is None or hashlib.new(kind, encoded, usedforsecurity=False).digest() != each:
            raise Untrusted("It comes with another certificate than the one that it names.")


def _named(answer: bytes) -> Iterator[bytes]:
    """The hash of the signer's certificate, by each attribute that names it."""
    (info,) = _inside(answer, _signed_data(answer)[-1])
    for held in _inside(answer, info):
        if held.tag != _SIGNED_ATTRIBUTES:
            continue
        for attribute in _inside(answer, held):
            kind, values = _inside(answer, attribute)
            if answer[kind.start : kind.end] in _NAMING:
                (value,) = _inside(answer, values)
                first = _inside(answer, _inside(answer, _inside(answer, value)[0])[0])
                octets = next(each for each in first if each.tag == _OCTETS)
                yield answer[octets.content : octets.end]


def _signed_data(answer: bytes) -> Sequence[_Part]:
    """The elements of a token's SignedData (RFC 5652, 5.1), its signers last."""
    (whole,) = _parts(answer, 0, len(answer))
    _, token = _inside(answer, whole)
    _, content = _inside(answer, token)
    (signed,) = _inside(answer, content)
    return _inside(answer, signed)


def _inside(data: bytes, part: _Part) -> Sequence[_Part]:
    return list(_parts(data, part.content, part.end))


def _parts(data: bytes, start: int, end: int) -> Iterator[_Part]:
    """Raises IndexError and ValueError for what is no DER."""
    while start < end:
        length, content = data[start + 1], start + 2
        if length == _INDEFINITE:
            raise ValueError("BER, of indefinite length")
        if length > _INDEFINITE:
            content += length - _INDEFINITE
            length = int.from_bytes(data[start + 2 : content], "big")
        if content + length > end:
            raise ValueError("longer than what it is in")
        yield _Part(data[start], start, content, content + length)
        start = content + length
