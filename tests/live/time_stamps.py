"""A real time-stamp authority (RFC 3161) on loopback: `openssl ts` behind a small HTTP server, and
`openssl ts -verify`, which an auditor would use."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.live.web import Asked, WebServer

DAY: Final = timedelta(days=1)
_CONFIGURATION: Final = """
[tsa]
default_tsa = own
[own]
serial = {directory}/serial
signer_cert = {directory}/signer.pem
certs = {directory}/chain.pem
signer_key = {directory}/signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
{accuracy}
"""


@dataclass
class TimeStampAuthority:
    """`root` is the certificate to trust; between it and the signer there is another. `valid` is
    until when the signer's certificate is, and `purpose` what it is for. `turn` is done to each
    request before it is answered, and `spoil` to each answer before it is sent."""

    directory: Path
    accuracy: str = "accuracy = secs:1, millisecs:500, microsecs:100"
    valid: tuple[timedelta, timedelta] = (-DAY, DAY)
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING
    turn: Callable[[bytes], bytes] = field(default=lambda asked: asked)
    spoil: Callable[[bytes], bytes] = field(default=lambda answer: answer)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True)
        self.root = self.directory / "root.pem"
        root_key, self._middle_key, self._key = (_new_key() for _ in range(3))
        root = _authority("Stamp root", "Stamp root", root_key, root_key)
        middle = _authority("Stamp authority", "Stamp root", self._middle_key, root_key)
        self.root.write_bytes(_pem(root))
        (self.directory / "chain.pem").write_bytes(_pem(middle))
        (self.directory / "signer.pem").write_bytes(_pem(self._signer()))
        (self.directory / "signer.key").write_bytes(
            self._key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        configuration = _CONFIGURATION.format(directory=self.directory, accuracy=self.accuracy)
        (self.directory / "tsa.cnf").write_text(configuration)
        (self.directory / "serial").write_text("01\n")
        self.web = WebServer(
            headers={"content-type": "application/timestamp-reply"}, respond=self._respond
        )

    @property
    def url(self) -> str:
        return f"{self.web.url}/tsr"

    def reply(self, request: bytes) -> bytes:
        """The answer to a DER-encoded request, as `openssl ts` gives it."""
        (self.directory / "asked.tsq").write_bytes(request)
        _openssl(
            "ts", "-reply", "-config", self.directory / "tsa.cnf", "-section", "own",
            "-queryfile", self.directory / "asked.tsq", "-out", self.directory / "reply.tsr",
        )  # fmt: skip
        return (self.directory / "reply.tsr").read_bytes()

    def twin(self) -> tuple[x509.Certificate, x509.Certificate]:
        """The signer's certificate, and another for the same key, of the same length."""
        own = x509.load_pem_x509_certificate((self.directory / "signer.pem").read_bytes())
        while len(_der(other := self._signer())) != len(_der(own)):
            pass
        return own, other

    def _signer(self) -> x509.Certificate:
        usage = x509.ExtendedKeyUsage([self.purpose])
        return (
            _builder("Stamp signer", "Stamp authority", self._key, self._middle_key, *self.valid)
            .add_extension(usage, critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .sign(self._middle_key, hashes.SHA256())
        )

    def _respond(self, asked: Asked) -> bytes:
        return self.spoil(self.reply(self.turn(asked.body)))


def verified(token: Path, data: Path, *, root: Path) -> subprocess.CompletedProcess[str]:
    """What `openssl ts -verify` says of a stored answer."""
    given = ("-in", token, "-data", data, "-CAfile", root)
    return subprocess.run(
        ["openssl", "ts", "-verify", *map(str, given)], capture_output=True, text=True, check=False
    )


def request(data: bytes, directory: Path, *options: str) -> bytes:
    """Another request, as `openssl ts -query` makes it."""
    (directory / "data").write_bytes(data)
    made = directory / "query.tsq"
    _openssl("ts", "-query", "-data", directory / "data", "-cert", "-out", made, *options)
    return made.read_bytes()


def _openssl(*given: str | Path) -> None:
    subprocess.run(["openssl", *map(str, given)], capture_output=True, check=True)


def _authority(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    return (
        _builder(subject, issuer, key, issuer_key, -1000 * DAY, 1000 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _builder(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    begins: timedelta,
    ends: timedelta,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number() | 1 << 158)  # always twenty bytes
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
