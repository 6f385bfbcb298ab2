"""A small provider of sign-on (OpenID Connect) on loopback: discovery, keys, tokens, claims.

The browser's part, in which a person proves to the provider who it is, is `agree`.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.live.web import Asked, WebServer

CLIENT: Final = "bylaw"
SECRET: Final = "the-client's-own-secret"
_KID: Final = "first"


@dataclass
class Provider:
    """`signs_with` is the key of another where a token is to be forged; `issuer` is what it calls
    itself; `told` are claims that the second answer has in place of the token's; `elsewhere` are
    addresses that its configuration names in place of its own."""

    web: WebServer = field(default_factory=WebServer)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signs_with: rsa.RSAPrivateKey | None = None
    audience: str = CLIENT
    issuer: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    _asked: dict[str, tuple[Mapping[str, Any], dict[str, str]]] = field(default_factory=dict)
    _given: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def start(self) -> None:
        self.web.respond = self._respond
        self.web.headers = {"content-type": "application/json"}
        self.web.start()

    def stop(self) -> None:
        self.web.stop()

    @property
    def url(self) -> str:
        return self.web.url

    def agree(self, address: str, claims: Mapping[str, Any]) -> str:
        """Where the browser is sent back to, once the person has signed in there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self._asked[code] = (claims, asked)
        query = urlencode({"code": code, "state": asked["state"]})
        return f"{urlsplit(asked['redirect_uri']).path}?{query}"

    def _respond(self, asked: Asked) -> bytes:
        answers = {
            "/.well-known/openid-configuration": self._configuration,
            "/keys": self._keys,
            "/token": self._token,
            "/userinfo": self._claims,
        }
        return json.dumps(answers[urlsplit(asked.path).path](asked)).encode()

    def _configuration(self, asked: Asked) -> Mapping[str, Any]:
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "keys",
        }
        found = {name: f"{self.url}/{path}" for name, path in places.items()}
        return {"issuer": self.issuer or self.url, **found, **self.elsewhere}

    def _keys(self, asked: Asked) -> Mapping[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": _KID, "alg": "RS256", "use": "sig"}]}

    def _token(self, asked: Asked) -> Mapping[str, Any]:
        """RFC 6749, 4.1.3 and RFC 7636, 4.6: a code is good once, for who began with it."""
        given = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        claims, began = self._asked.pop(given["code"], ({}, {}))
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = asked.headers["Authorization"] == f"Basic {login}" or (
            given.get("client_secret") == SECRET
        )
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if not known or challenge != began.get("code_challenge"):
            return {"error": "invalid_grant"}
        token = secrets.token_urlsafe(8)
        self._given[token] = claims
        return {"access_token": token, "token_type": "Bearer", "id_token": self._signed(claims)}

    def _claims(self, asked: Asked) -> Mapping[str, Any]:
        token = (asked.headers["Authorization"] or "").removeprefix("Bearer ")
        return {**self._given[token], **self.told}

    def _signed(self, claims: Mapping[str, Any]) -> str:
        now = int(time.time())
        whole = {
            "iss": self.issuer or self.url,
            "aud": self.audience,
            "iat": now,
            "exp": now + 60,
            **claims,
        }
        key = self.signs_with or self.key
        return jwt.encode(whole, key, algorithm="RS256", headers={"kid": _KID})
