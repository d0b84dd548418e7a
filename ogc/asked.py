"""What every request says before its own parameters: who asks, in which form and language."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from starlette.datastructures import QueryParams
from starlette.requests import Request

from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.errors import BadRequest
from layers.layer import Layer, LayerKind
from layers.services import Services
from layers.snapshot import Snapshot
from layers.store import no_layer

PREFIX = "/ogc"
LANGUAGES = ("vi", "en")
EVERYWHERE = frozenset({"f", "lang", "key"})
"""Parameters that every address takes; ``key`` is read by the server's middleware."""


class Form(StrEnum):
    """A representation, as the parameter ``f`` names it."""

    JSON = "json"
    HTML = "html"
    JSONLD = "jsonld"


_MEDIA: Mapping[str, Form] = {
    "application/json": Form.JSON,
    "application/geo+json": Form.JSON,
    "application/schema+json": Form.JSON,
    "application/vnd.oai.openapi+json": Form.JSON,
    "application/*": Form.JSON,
    "*/*": Form.JSON,
    "application/ld+json": Form.JSONLD,
    "text/html": Form.HTML,
    "application/xhtml+xml": Form.HTML,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its actor, one snapshot of the registry, and how to answer."""

    services: Services
    actor: Actor
    snapshot: Snapshot
    form: Form
    language: str
    origin: str
    path: str
    parameters: QueryParams

    @property
    def base(self) -> str:
        """The address of the landing page, without a slash at its end."""
        return f"{self.origin}{PREFIX}"

    def collection(self, slug: str) -> Layer:
        """Return the layer behind a collection.

        Raises:
            NotFound: absent, invisible to the actor, or not made of features; the same answer.
        """
        layer = self.snapshot.readable(self.actor, slug)
        if not is_collection(layer):
            raise no_layer(slug)
        return layer


def is_collection(layer: Layer) -> bool:
    """Return whether a layer is made of features that can be read."""
    return layer.kind is LayerKind.VECTOR and layer.table_name is not None


def read(request: Request, forms: Collection[Form], known: Collection[str] | None = ()) -> Asked:
    """Return what is asked.

    Args:
        request: the request.
        forms: the representations this address has.
        known: parameters it takes besides those every address takes; None: the caller checks.

    Raises:
        BadRequest: a parameter is unknown, given twice, or has an unknown value.
    """
    parameters = request.query_params
    check_once(parameters)
    if known is not None:
        check_known(parameters, known)
    services: Services = request.app.state.services
    return Asked(
        services=services,
        actor=getattr(request.state, "actor", ANONYMOUS),
        snapshot=services.registry.current,
        form=_form(parameters.get("f"), request.headers.get("accept", ""), forms),
        language=_language(parameters.get("lang"), request.headers.get("accept-language", "")),
        origin=services.settings.public_url or str(request.base_url).rstrip("/"),
        path=request.url.path,
        parameters=parameters,
    )


def check_once(parameters: QueryParams) -> None:
    """Refuse a parameter that is given twice: which of the two was meant?"""
    for name, times in Counter(name for name, _ in parameters.multi_items()).items():
        if times > 1:
            raise BadRequest(
                f"parameter {name[:80]!r} is given more than once",
                vi=f"tham số {name[:80]!r} xuất hiện nhiều lần",
            )


def check_known(parameters: Iterable[str], known: Collection[str]) -> None:
    """Refuse, by name, a parameter that is neither in ``known`` nor taken everywhere."""
    for name in parameters:
        if name not in known and name not in EVERYWHERE:
            listed = ", ".join(sorted({*known, *EVERYWHERE}))
            raise BadRequest(
                f"parameter {name[:80]!r} is not known here; known are {listed}",
                vi=f"tham số {name[:80]!r} không có ở đây; các tham số có: {listed}",
            )


def _form(named: str | None, accept: str, forms: Collection[Form]) -> Form:
    if named is not None:
        return Form(_choice("f", named, [str(form) for form in forms]))
    for media_type in _preferred(accept):
        form = _MEDIA.get(media_type)
        if form is not None and form in forms:
            return form
    return Form.JSON


def _language(named: str | None, accept_language: str) -> str:
    if named is not None:
        return _choice("lang", named, LANGUAGES)
    for tag in _preferred(accept_language):
        language = tag.partition("-")[0]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _choice(parameter: str, value: str, choices: Collection[str]) -> str:
    if value not in choices:
        listed = ", ".join(choices)
        raise BadRequest(
            f"{parameter}: {value[:80]!r} is not one of {listed}",
            vi=f"{parameter}: {value[:80]!r} không thuộc {listed}",
        )
    return value


def _preferred(header: str) -> list[str]:
    """Return the choices of an ``Accept…`` header, best first, those refused with q=0 left out.

    >>> _preferred("text/html;q=0.4, application/json, image/png;q=0")
    ['application/json', 'text/html']
    """
    weighed = [_weighed(part) for part in header.split(",") if part.strip()]
    kept = [pair for pair in weighed if pair[0] > 0]
    return [name for _, name in sorted(kept, key=lambda pair: -pair[0])]


def _weighed(part: str) -> tuple[float, str]:
    name, *options = (piece.strip().lower() for piece in part.split(";"))
    for option in options:
        if option.startswith("q="):
            try:
                return float(option[2:]), name
            except ValueError:
                return 0.0, name
    return 1.0, name
