"""The JSON shapes of uploads: what a person says of a file, and what they are told."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from conversion.options import AUTO, IngestOptions
from conversion.upload import Upload, UploadState
from gishue.core.access import Visibility
from gishue.core.crs import parse_crs
from gishue.core.errors import InvalidInput
from layers.publish import Mode

Short = Annotated[str, Field(max_length=300)]


class PublishBody(BaseModel):
    """What the layer is to be; fields left out keep what an existing layer has."""

    model_config = ConfigDict(extra="forbid")

    layer: Annotated[str, Field(max_length=63, description="name in URLs")] = ""
    title: Short | None = None
    title_en: Short | None = None
    unit: Short | None = None
    theme: Short | None = None
    visibility: Visibility | None = None
    mode: Mode = Mode.CREATE
    message: Annotated[str, Field(max_length=1_000)] = ""

    @property
    def said(self) -> dict[str, Any]:
        """What is said about the layer itself."""
        names = ("title", "title_en", "unit", "theme", "visibility")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class AnswerBody(BaseModel):
    """Answers to an upload's questions."""

    model_config = ConfigDict(extra="forbid")

    crs: Short | None = None
    encoding: Short | None = None
    source_layer: Short | None = None
    key: Short | None = None
    x: Short | None = None
    y: Short | None = None
    address: Short | None = None
    mapping: dict[str, str] | None = None

    @field_validator("mapping", mode="before")
    @classmethod
    def _from_text(cls, said: Any) -> Any:
        """Return the mapping; in a form it stands as JSON text."""
        return json.loads(said) if isinstance(said, str) else said

    def applied(self, options: IngestOptions) -> IngestOptions:
        """Return ``options`` with these answers.

        Raises:
            UnknownCrs: the CRS is not one that is taken.
        """
        said = self.model_dump(exclude_none=True)
        parse_crs(said.get("crs", AUTO))
        return IngestOptions.from_dict(options.as_dict() | said)


class UploadForm(PublishBody, AnswerBody):
    """The fields that may come with a file. ``publish``: go on as far as a new layer."""

    publish: bool = False

    @classmethod
    def read(cls, fields: dict[str, str]) -> Self:
        """Return the form.

        Raises:
            InvalidInput: a field is unknown or wrong.
        """
        try:
            form = cls.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InvalidInput(
                f"{where}: {first['msg']}", vi=f"trường {where} không hợp lệ: {first['msg']}"
            ) from error
        if form.publish and form.mode is not Mode.CREATE:
            raise InvalidInput(
                "publish=true makes new layers only; to replace or append, publish afterwards",
                vi="publish=true chỉ tạo lớp mới; muốn thay thế hay bổ sung hãy công bố sau",
            )
        return form


class UploadShape(BaseModel):
    """An upload as its people see it; ``progress`` from 0 to 1, times in UTC."""

    upload: UUID
    state: UploadState
    filename: str
    size: int
    stage: str
    progress: float
    message: str
    pace: dict[str, Any] | None
    findings: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    refusal: dict[str, Any] | None
    inspection: dict[str, Any] | None
    layer: str | None
    revision: int | None
    created_at: datetime
    updated_at: datetime
    preview: str | None
    links: dict[str, str]


class UploadPage(BaseModel):
    """One page of uploads."""

    items: list[UploadShape]
    next: str | None


class Published(BaseModel):
    """The layer that an upload became."""

    layer: str
    revision: int


def shape(upload: Upload) -> UploadShape:
    """Return the upload as JSON shows it."""
    own = f"/api/v1/uploads/{upload.id}"
    names = UploadShape.model_fields.keys() - {"upload", "preview", "links"}
    values: dict[str, Any] = {name: getattr(upload, name) for name in names}
    is_there = upload.state in {UploadState.STAGED, UploadState.PUBLISHED}
    links = {"self": own, "events": f"{own}/events"}
    if upload.layer is not None:
        links["layer"] = f"/api/v1/layers/{upload.layer}"
    return UploadShape.model_validate(
        values
        | {"upload": upload.id, "links": links, "preview": f"{own}/preview" if is_there else None}
    )
