"""A small provider of OpenID Connect: real HTTP, real signatures, and on demand wrong ones."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from orchestrator.wall_clock import SystemClock
from tests.live_builders import until

CLIENT, SECRET = "handoff-board", "hunter2-hunter2"


class Provider:
    """Signs in whoever comes, as `person`; a test changes what it says and how it signs."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self._codes: dict[str, dict[str, str]] = {}
        self._first_key = RSAKey.generate_key(2048, {"kid": "one"})
        self.keys_asked = 0
        self.ended: list[dict[str, str]] = []
        """What those who came to sign out were sent with."""
        self.be_right()
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/end-session", self._end_session),
            ]
        )

    def be_right(self) -> None:
        """Say and sign everything as it should be."""
        self.person: dict[str, Any] = {"sub": "u-7", "name": "Ana", "groups": ["support", "billing-people"]}
        self.over: dict[str, Any] = {}
        """Claims that replace the right ones; None takes one away."""
        self.key = self._first_key
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.document: dict[str, Any] = {}
        """What replaces members of the discovery document."""
        self.refuses = False

    def change_keys(self) -> None:
        """Sign with a new key from now on, and publish it."""
        self.key = self.signs_with = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    async def _discovery(self, _: Request) -> Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end-session?realm=support",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        return JSONResponse(told | self.document)

    async def _jwks(self, _: Request) -> Response:
        self.keys_asked += 1
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        back = asked["redirect_uri"]
        if self.refuses:
            return RedirectResponse(
                f"{back}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
            )
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return RedirectResponse(f"{back}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(SystemClock().now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {
            name: value for name, value in (claims | self.person | self.over).items() if value is not None
        }
        header = {"alg": self.algorithm, "kid": getattr(self.signs_with, "kid", None) or "one"}
        signed = jwt.encode(header, claims, self.signs_with, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": signed})

    async def _end_session(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.ended.append(asked)
        assert asked["realm"] == "support"
        assert asked["client_id"] == CLIENT
        back = asked["post_logout_redirect_uri"]
        return RedirectResponse(f"{back}?{urlencode({'state': asked['state']})}", 303)

    def sign_with_a_secret(self) -> None:
        """Sign with what the client holds too, as nobody should believe."""
        self.signs_with, self.algorithm = OctKey.import_key(SECRET * 3), "HS256"


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def a_provider() -> AsyncIterator[Provider]:
    """Run a provider on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    provider = Provider(listener.getsockname()[1])
    config = uvicorn.Config(provider.app, lifespan="off", log_config=None, access_log=False, ws="none")
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield provider
    finally:
        server.should_exit = True
        await task
