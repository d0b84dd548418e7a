"""Around every request: who asks and from where, what they may send, and how often."""

from collections.abc import Mapping
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gishue.api.rates import Payer, RouteClass, payer_of
from gishue.api.refusal import answer, defect
from gishue.core.actor import Actor
from gishue.core.address import network
from gishue.core.errors import BadRequest, GishueError
from gishue.server import areas, bodies, forgery
from gishue.server.edges import Edges
from gishue.server.noting import located, note_answer
from gishue.server.proxies import settle
from gishue.server.recognise import Recognised, recognise
from gishue.server.watch import Watch


class Rim:
    """The outermost of our own layers; plain ASGI, so that streams stay streams."""

    def __init__(self, app: ASGIApp, edges: Edges) -> None:
        self._app = app
        self._edges = edges

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if it may, with a watching ``send``; answer it here if not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        settle(scope, self._edges.proxies)
        request = Request(scope, receive)
        given: dict[bytes, bytes] = dict(scope["headers"])
        watch = Watch(scope, given, send, self._edges.origins)
        request.state.request_id = watch.request_id
        try:
            await self._pass(request, given, receive, watch)
        except GishueError as error:
            await answer(error, request)(scope, receive, watch.send)
        except ClientDisconnect:
            gone = BadRequest("the request broke off", vi="yêu cầu bị ngắt giữa chừng")
            await answer(gone, request)(scope, receive, watch.send)
        except Exception as error:
            told = defect(request, error)
            if watch.status:  # the server must cut the line: half an answer is none
                raise
            await told(scope, receive, watch.send)
        finally:
            note_answer(request, watch.status)

    async def _pass(
        self, request: Request, given: Mapping[bytes, bytes], receive: Receive, watch: Watch
    ) -> None:
        """Let the application answer.

        Raises:
            GishueError: the request may not pass.
        """
        scope, path = request.scope, request.scope["path"]
        if not areas.is_probe(path):
            self._edges.hosts.check([value for name, value in scope["headers"] if name == b"host"])
        if request.method == "OPTIONS" and b"access-control-request-method" in given:
            watch.is_preflight = True
            await self._preflight(given, path)(scope, receive, watch.send)
            return
        known = await self._recognised(request, watch)
        request.state.actor, request.state.csrf = located(known.actor, request), known.csrf
        request.state.again = partial(self._again, request)
        listed = self._edges.origins.listed
        forgery.check(request, known, listed, self._edges.public_url)
        within = bodies.bounded(path, given, receive, self._edges.body_limit(path))
        await self._app(scope, within, watch.send)
        if areas.is_sign_in(request.method, path) and watch.status < 400:
            self._edges.rates.give_back(RouteClass.SIGN_IN, _visitor(request))

    async def _again(self, request: Request) -> Actor:
        """Return who asks, now: an answer that goes on for hours asks from time to time.

        Raises:
            GishueError: what the request carried is not taken any more.
        """
        services, issuer = request.app.state.services, self._edges.issuer
        return (await recognise(services, request, issuer, is_use=False)).actor

    def _preflight(self, given: Mapping[bytes, bytes], path: str) -> Response:
        origin = given.get(b"origin", b"").decode("latin-1").lower()
        wanted = given[b"access-control-request-method"].decode("latin-1")
        return Response(
            status_code=204, headers=self._edges.origins.preflight(origin, wanted, path)
        )

    async def _recognised(self, request: Request, watch: Watch) -> Recognised:
        """Return who asks, once their request is counted.

        Raises:
            NotSignedIn: a key or token that is not ours.
            TooManyRequests: they asked too often.
        """
        path, rates = request.scope["path"], self._edges.rates
        kind = areas.route_class(request.method, path)
        if areas.is_sign_in(request.method, path):
            rates.take(RouteClass.SIGN_IN, _visitor(request))
        try:
            known = await recognise(request.app.state.services, request, self._edges.issuer)
        except GishueError:
            rates.take(kind, _visitor(request))
            raise
        watch.is_known = known.actor.is_known
        watch.by_session = known.csrf is not None
        if not areas.is_probe(path):
            address = _address(request)
            payer = payer_of(known.actor, address, known.key_id, known.per_minute)
            watch.standing = rates.take(kind, payer)
        return known


def _visitor(request: Request) -> Payer:
    return Payer(network(_address(request)))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
