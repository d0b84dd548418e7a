"""The JSON shapes of uploads: what a person says of a file, and what they are told."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from conversion.options import AUTO, IngestOptions
from conversion.text.encoding_choice import parse_choice
from conversion.upload import Upload, UploadState
from gishue.api import faults
from gishue.api.closures import FormClosure
from gishue.core.access import Visibility
from gishue.core.crs import parse_crs
from gishue.core.errors import InvalidInput
from layers.publish import Mode

Short = Annotated[str, Field(max_length=300)]


class LayerBody(BaseModel):
    """What the layer is to be; fields left out keep what an existing layer has."""

    model_config = ConfigDict(extra="forbid")

    layer: Annotated[str, Field(max_length=63, description="name in URLs")] = ""
    title: Short | None = None
    title_en: Short | None = None
    unit: Short | None = None
    theme: Short | None = None
    visibility: Visibility | None = None
    closure: FormClosure | None = None
    mode: Mode = Mode.CREATE
    message: Annotated[str, Field(max_length=1_000)] = ""
    key: Annotated[
        Short | None,
        Field(description="field that tells features apart; - for none, left out: as before"),
    ] = None
    keep_history: Annotated[
        bool | None, Field(description="whether what goes stays readable as of its time")
    ] = None

    def said(self, now: datetime) -> dict[str, Any]:
        """Return what is said about the layer itself.

        Raises:
            ClosureMissing, InvalidInput: it is closed without all that belongs to it.
        """
        names = ("title", "title_en", "unit", "theme", "visibility")
        said = {name: value for name in names if (value := getattr(self, name)) is not None}
        return said | ({"closure": self.closure.read(now)} if self.closure else {})


class PublishBody(LayerBody):
    """What the layer is to be, and what it was when somebody looked at the changes."""

    base: Annotated[
        int | None, Field(ge=0, description="revision the layer must still have; else 409")
    ] = None


class AnswerBody(BaseModel):
    """Answers to an upload's questions."""

    model_config = ConfigDict(extra="forbid")

    crs: Short | None = None
    encoding: (
        Annotated[str, Field(max_length=4_000, description="auto, tcvn3, … or COLUMN=tcvn3;…")]
        | None
    ) = None
    source_layer: Short | None = None
    source_layers: Annotated[list[Short], Field(max_length=200)] | None = None
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
        said = self.model_dump(exclude_none=True, exclude={"source_layers"})
        parse_crs(said.get("crs", AUTO))
        parse_choice(said.get("encoding", AUTO))
        return IngestOptions.from_dict(options.as_dict() | said)


class UploadForm(LayerBody, AnswerBody):
    """The fields that may come with a file. ``publish``: go on as far as the layer."""

    publish: bool = False
    key: Short | None = None

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
            where = faults.place(first)
            raise InvalidInput(
                f"{where}: {first['msg']}", vi=f"trường {where} {faults.say_vi(first)}"
            ) from error
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
    siblings: list[UUID] = []


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
    names = UploadShape.model_fields.keys() - {"upload", "preview", "links", "siblings"}
    values: dict[str, Any] = {name: getattr(upload, name) for name in names}
    is_there = upload.state in {UploadState.ASKS, UploadState.STAGED, UploadState.PUBLISHED}
    links = {"self": own, "events": f"{own}/events"}
    if upload.layer is not None:
        links["layer"] = f"/api/v1/layers/{upload.layer}"
    return UploadShape.model_validate(
        values
        | {"upload": upload.id, "links": links, "preview": f"{own}/preview" if is_there else None}
    )
