"""The JSON shapes of field reports: what comes in, and what everybody may see."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from gishue.reports.report import (
    CATEGORIES,
    MAX_TEXT,
    MAX_TITLE,
    STATES,
    Category,
    Report,
    ReportState,
    public_title,
)


class ReportBody(BaseModel):
    """What somebody reports. Without ``lon`` and ``lat`` a photo must know its position."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=4 * MAX_TITLE)]
    category: Category = Category.OTHER
    lon: Annotated[float | None, Field(description="degrees, WGS 84")] = None
    lat: Annotated[float | None, Field(description="degrees, WGS 84")] = None
    accuracy_m: Annotated[float | None, Field(description="radius of the place, metres")] = None
    text: Annotated[str, Field(max_length=4 * MAX_TEXT)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class ReportMove(BaseModel):
    """Where a report goes on to."""

    model_config = ConfigDict(extra="forbid")

    state: ReportState


class ReporterShape(BaseModel):
    """The reporter's own words and number, for the handling unit only."""

    text: str
    phone: str


class ReportShape(BaseModel):
    """A report as everybody may see it; times are UTC, ``lon`` and ``lat`` degrees WGS 84."""

    code: str
    title: str
    category: Category
    category_title: str
    category_title_en: str
    state: ReportState
    state_title: str
    state_title_en: str
    lon: float
    lat: float
    accuracy_m: float | None
    ward_code: str | None
    ward_name: str | None
    unit: str | None
    created_at: datetime
    updated_at: datetime
    photos: list[str]


class ReportDetail(ReportShape):
    """One report; ``reporter`` is null for whoever does not handle it."""

    reporter: ReporterShape | None = None


class FiledReport(ReportShape):
    """A report just filed; ``key`` lets its reporter add photos later."""

    key: str


class ReportPage(BaseModel):
    """One page of reports, the newest first."""

    items: list[ReportShape]
    next: str | None


def values(report: Report) -> dict[str, Any]:
    """Return the public members of ``report``."""
    category, state = CATEGORIES[report.category], STATES[report.state]
    return {
        "code": report.code,
        "title": public_title(report.title),
        "category": report.category,
        "category_title": category.vi,
        "category_title_en": category.en,
        "state": report.state,
        "state_title": state.vi,
        "state_title_en": state.en,
        "lon": report.lon,
        "lat": report.lat,
        "accuracy_m": report.accuracy_m,
        "ward_code": report.ward_code,
        "ward_name": report.ward_name,
        "unit": report.unit,
        "created_at": report.created_at,
        "updated_at": report.updated_at,
        "photos": [
            f"/api/v1/reports/{report.code}/photos/{number}"
            for number in range(1, len(report.photos) + 1)
        ],
    }
