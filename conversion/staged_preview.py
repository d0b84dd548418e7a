"""The preview of an upload: some of its features from the staged table, or from its layer."""

import json
from typing import Any

from psycopg.sql import SQL, Identifier

from conversion.finding import Finding, Severity
from conversion.options import stem
from conversion.preview import MAX_FEATURES, preview_html
from conversion.publish import staged_from
from conversion.upload import Upload, UploadState
from gishue.core.db import Connection
from gishue.core.errors import Conflict
from gishue.core.sql import load
from layers import store as layer_store
from layers import tables
from layers.feature_store import properties
from layers.publish import StagedAsset

_SQL = load("conversion", "export")


async def upload_preview(conn: Connection, upload: Upload) -> str:
    """Return the preview as one HTML document.

    Raises:
        Conflict: the upload holds nothing to show yet, or no longer.
    """
    if upload.staged is None or upload.state not in {UploadState.STAGED, UploadState.PUBLISHED}:
        raise _nothing(upload)
    staged = staged_from(upload.staged)
    title, findings = stem(upload.filename), [_finding(one) for one in upload.findings]
    if isinstance(staged, StagedAsset):
        return preview_html(title, [], total=0, bounds=staged.bounds, findings=findings)
    table = await _table(conn, upload)
    counted = await tables.count(conn, table)
    statement = SQL(_SQL["sample"]).format(properties=properties(staged.fields), table=table)
    step = max(1, counted.rows // MAX_FEATURES)
    cur = await conn.execute(statement, {"step": step, "limit": MAX_FEATURES})
    features: list[dict[str, Any]] = [json.loads(row[0]) for row in await cur.fetchall()]
    return preview_html(
        title, features, total=counted.rows, bounds=counted.bounds, findings=findings
    )


async def _table(conn: Connection, upload: Upload) -> Identifier:
    if upload.state is UploadState.STAGED:
        return tables.staging(upload.staging_table)
    layer = await layer_store.by_slug(conn, upload.layer or "")
    if layer.table_name is None or layer.revision != upload.revision:
        raise _nothing(upload)
    return tables.table(layer.table_name)


def _finding(said: Any) -> Finding:
    return Finding(
        said["code"], Severity(said["severity"]), said["message"], said["vi"], said["where"]
    )


def _nothing(upload: Upload) -> Conflict:
    return Conflict(
        "there is nothing to show of this upload now",
        vi="hiện chưa có gì để xem trước cho tệp này",
        state=str(upload.state),
    )
