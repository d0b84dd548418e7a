"""HTTP for findings: where they lie, page by page or as a file."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from conversion.findings import files, places
from conversion.findings.finding import Finding
from gishue.api.deps import TheActor, TheServices
from gishue.api.uploads import visible_upload
from gishue.core import paging
from gishue.core.db import transaction
from layers.services import Services

router = APIRouter(tags=["uploads"])

_PAGE = 1_000

Code = Annotated[str | None, Query(max_length=60, description="only findings of this code")]


@router.get("/uploads/{upload_id}/findings")
async def list_places(
    upload_id: str,
    services: TheServices,
    actor: TheActor,
    code: Code = None,
    limit: Annotated[int, Query(ge=1, le=_PAGE)] = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """List the places of an upload's findings as GeoJSON features, one a feature and finding.

    ``row`` is the feature's place in the file, from 1. At most 1,000 of a code are kept; how many
    there are says ``count`` of the finding, which the upload itself lists.
    """
    after = paging.read_id(cursor) or 0
    async with transaction(services.pool) as conn:
        upload = await visible_upload(conn, upload_id, actor)
        found = await places.page(conn, upload.id, code=code, after=after, limit=limit + 1)
    severities = {str(one["code"]): str(one["severity"]) for one in upload.findings}
    items = [files.feature(one, severities) for one in found[:limit]]
    following = paging.cursor(found[limit - 1].seq) if len(found) > limit else None
    return paging.page(items, following)


@router.get("/uploads/{upload_id}/findings.geojson", response_class=StreamingResponse)
async def as_geojson(
    upload_id: str, services: TheServices, actor: TheActor, code: Code = None
) -> StreamingResponse:
    """Download the places of the findings as GeoJSON (RFC 7946)."""
    return await _file(services, actor, upload_id, code, ".geojson")


@router.get("/uploads/{upload_id}/findings.csv", response_class=StreamingResponse)
async def as_csv(
    upload_id: str, services: TheServices, actor: TheActor, code: Code = None
) -> StreamingResponse:
    """Download the findings as CSV: a line each with its count, then a line each place."""
    return await _file(services, actor, upload_id, code, ".csv")


async def _file(
    services: Services, actor: TheActor, upload_id: str, code: str | None, suffix: str
) -> StreamingResponse:
    async with transaction(services.pool) as conn:
        upload = await visible_upload(conn, upload_id, actor)
    found = [Finding.from_dict(one) for one in upload.findings]
    wanted = [one for one in found if code is None or one.code == code]
    write, media_type = files.WRITERS[suffix]
    headers = {
        "content-disposition": f'attachment; filename="findings{suffix}"',
        "cache-control": "private, no-store",
    }
    body = write(wanted, places.pages(services.pool, upload.id, code))
    return StreamingResponse(body, headers=headers, media_type=media_type)
