"""What every door asks before it answers: the table that tests and ``docs`` hold each to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gishue.core.access import Act


class Asks(StrEnum):
    """What is asked of whoever comes to a door; of the acts, ``access.may`` for the layer named."""

    NOBODY = "nobody"
    LISTED = "listed"
    OWN = "own"
    SIGNED_IN = "signed in"
    STAFF = "staff"
    EDITOR = "editor"
    UNIT_ADMIN = "unit admin"
    CITY_ADMIN = "city admin"
    READ = Act.READ.value
    DOWNLOAD = Act.DOWNLOAD.value
    EDIT = Act.EDIT.value
    PUBLISH = Act.PUBLISH.value
    ADMINISTER = Act.ADMINISTER.value

    @property
    def act(self) -> Act | None:
        """The act that must be allowed on the layer, if the door is one layer's."""
        return Act(self.value) if self.value in set(Act) else None


MEANING: Final = {
    Asks.NOBODY: ("everybody, alike", "mọi người, như nhau"),
    Asks.LISTED: (
        "everybody; the answer holds what one may read",
        "mọi người; chỉ gồm lớp được đọc",
    ),
    Asks.OWN: ("who began the work, editors of its unit", "người bắt đầu, biên tập của đơn vị"),
    Asks.SIGNED_IN: ("whoever is signed in", "người đã đăng nhập"),
    Asks.STAFF: ("staff of the city", "cán bộ của thành phố"),
    Asks.EDITOR: ("editors of any unit", "biên tập viên của một đơn vị"),
    Asks.UNIT_ADMIN: ("administrators of units, within these", "quản trị đơn vị, trong đơn vị"),
    Asks.CITY_ADMIN: ("administrators of the city", "quản trị thành phố"),
    Asks.READ: ("who may read the layer", "người được đọc lớp"),
    Asks.DOWNLOAD: ("who may download the layer", "người được tải lớp"),
    Asks.EDIT: ("who may edit the layer", "người được sửa lớp"),
    Asks.PUBLISH: ("who may publish the layer", "người được công bố lớp"),
    Asks.ADMINISTER: ("who may administer the layer", "người được quản trị lớp"),
}
"""English and Vietnamese words for what is asked."""


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one route, as the application knows its path."""

    method: str
    path: str
    asks: Asks

    @property
    def protocol(self) -> str:
        """The first part of the path: what clients of one kind come by."""
        first = self.path.split("/", 2)[1]
        return first if first in _PROTOCOLS else "page"


_PROTOCOLS: Final = frozenset({"api", "tiles", "ogc", "files", "styles", "data", "auth"})


def _doors(asks: Asks, prefix: str, *lines: str) -> list[Door]:
    """Return the doors of lines such as ``GET PATCH /layers/{slug}``."""
    made: list[Door] = []
    for line in lines:
        *methods, path = line.split()
        made += [Door(method, prefix + path, asks) for method in methods]
    return made


DOORS: Final = (
    *_doors(
        Asks.NOBODY,
        "",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /",
        "GET /login",
        "GET /studio",
        "GET /studio/styles",
        "GET /account",
        "GET /invitation",
        "GET /people",
        "GET /sharing",
        "GET /fonts/{stack}/{range}.pbf",
        "GET /sprites/{file}",
        "GET /api/v1/openapi.json",
        "GET /api/v1/docs",
    ),
    *_doors(Asks.LISTED, "", "GET /styles/{name}.json"),
    *_doors(
        Asks.READ,
        "/tiles/{slug}",
        "GET /{z:int}/{x:int}/{y:int}.{format}",
        "GET /tilejson.json",
        "GET /style.json",
        "GET /legend.json",
    ),
    *_doors(Asks.DOWNLOAD, "/files", "GET /{slug}/{name}", "GET /{slug}.pmtiles"),
    *_doors(
        Asks.READ,
        "/tiles/functions/{name}",
        "GET /{z:int}/{x:int}/{y:int}.mvt",
        "GET /tilejson.json",
    ),
    *_doors(Asks.LISTED, "/api/v1", "GET /functions"),
    *_doors(Asks.CITY_ADMIN, "/api/v1", "POST /functions", "DELETE /functions/{name}"),
    *_doors(Asks.NOBODY, "/ogc", "GET /conformance", "GET /openapi"),
    *_doors(Asks.LISTED, "", "GET /ogc", "GET /ogc/", "GET /ogc/collections"),
    *_doors(
        Asks.READ,
        "",
        "GET /ogc/collections/{slug}",
        "GET /ogc/collections/{slug}/schema",
        "GET /ogc/collections/{slug}/queryables",
        "GET /ogc/collections/{slug}/tiles",
        "GET /ogc/collections/{slug}/tiles/WebMercatorQuad",
        "GET /ogc/collections/{slug}/items",
        "GET /ogc/collections/{slug}/items/{id}",
    ),
    *_doors(
        Asks.READ,
        "/api/v1/layers/{slug}",
        "GET /features",
        "GET /features/{feature_id}",
        "GET /clusters/{cluster_id}",
        "GET /features/{feature_id}/history",
        "GET /changes",
        "GET /history",
        "GET /schema",
        "GET /schema/template.xlsx",
        "GET /style",
        "GET /style.sld",
        "GET /style.qml",
    ),
    *_doors(Asks.READ, "/api/v1", "GET /layers/{slug}", "GET /flights/{slug}"),
    *_doors(
        Asks.EDIT,
        "/api/v1/layers/{slug}",
        "PUT DELETE /schema",
        "PUT DELETE /style",
        "PUT /style.sld",
        "PUT /style.qml",
        "POST /style/classify",
        "POST /changesets",
        "POST /changesets/{revision}/undo",
        "POST /features/{feature_id}/restore",
    ),
    *_doors(Asks.EDIT, "/api/v1/layers", "PATCH /{slug}"),
    *_doors(
        Asks.PUBLISH,
        "/api/v1/layers/{slug}",
        "POST /restore",
        "GET POST /shares",
        "DELETE /shares/{share_id}",
        "GET PUT /protection",
    ),
    *_doors(Asks.ADMINISTER, "/api/v1/layers", "DELETE /{slug}", "DELETE /{slug}/history"),
    *_doors(Asks.LISTED, "/api/v1", "GET /layers", "GET /search", "GET /events", "GET /flights"),
    *_doors(
        Asks.EDITOR,
        "/api/v1",
        "POST /layers",
        "GET POST /uploads",
        "POST /uploads/tus",
        "GET POST /pulls",
    ),
    *_doors(
        Asks.OWN,
        "/api/v1",
        "GET DELETE /uploads/{upload_id}",
        "POST /uploads/{upload_id}/answers",
        "POST /uploads/{upload_id}/publish",
        "GET /uploads/{upload_id}/events",
        "GET /uploads/{upload_id}/preview",
        "GET /uploads/{upload_id}/findings",
        "GET /uploads/{upload_id}/findings.geojson",
        "GET /uploads/{upload_id}/findings.csv",
        "GET /uploads/{upload_id}/diff",
        "GET /uploads/{upload_id}/diff.geojson",
        "HEAD PATCH DELETE /uploads/tus/{resumable_id}",
        "GET PATCH DELETE /pulls/{pull_id}",
        "POST /pulls/{pull_id}/run",
        "PATCH /reports/{code}",
    ),
    *_doors(
        Asks.NOBODY,
        "/api/v1",
        "GET POST /reports",
        "GET /reports/{code}",
        "POST /reports/{code}/photos",
        "GET /reports/{code}/photos/{number}",
        "POST DELETE /session",
        "OPTIONS /uploads/tus",
        "POST /invitations/accept",
        "GET /me",
        "GET /units",
        "GET /closed-layers",
        "GET /palettes",
    ),
    *_doors(
        Asks.STAFF,
        "/api/v1",
        "GET /sharing/due",
        "GET /sharing/given",
        "GET POST /access-requests",
        "GET /access-requests/{request_id}",
        "POST /access-requests/{request_id}/grant",
        "POST /access-requests/{request_id}/refuse",
        "POST /access-requests/{request_id}/withdraw",
    ),
    *_doors(Asks.NOBODY, "", "GET /robots.txt"),
    *_doors(
        Asks.LISTED,
        "",
        "GET /data",
        "GET /data/catalog.jsonld",
        "GET /data/data.json",
        "GET /data/feed.atom",
        "GET /sitemap.xml",
        "GET /ogc/records",
        "GET /ogc/collections/_records",
        "GET /ogc/collections/_records/items",
    ),
    *_doors(
        Asks.READ,
        "",
        "GET /data/{slug}",
        "GET /data/{slug}.jsonld",
        "GET /data/{slug}.iso.xml",
        "GET /ogc/collections/_records/items/{slug}",
    ),
    *_doors(Asks.NOBODY, "/auth", "GET /login", "GET /callback", "POST /backchannel-logout"),
    *_doors(Asks.CITY_ADMIN, "/api/v1", "GET POST /claim-rules", "DELETE /claim-rules/{rule_id}"),
    *_doors(Asks.SIGNED_IN, "/api/v1", "PUT /session/unit"),
    *_doors(
        Asks.UNIT_ADMIN,
        "/api/v1",
        "GET POST /users",
        "POST /users/{name}/invitation",
        "PATCH /users/{name}",
        "PUT DELETE /users/{name}/roles",
        "GET POST /keys",
        "DELETE /keys/{key_id}",
        "GET /audit",
        "GET /audit.csv",
        "PUT DELETE /units/{code}",
        "POST /units/{code}/open",
    ),
)
