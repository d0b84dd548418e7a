"""The JSON shapes of closures: why a layer is not open, as it is said and as it is shown."""

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from layers import closure
from layers.layer import Closure
from layers.moment import read_time

Words = Annotated[str, Field(max_length=2_000)]


class ClosureBody(BaseModel):
    """Why a layer is not open. To renew one, only `approver` and `expires_at` are needed."""

    model_config = ConfigDict(extra="forbid")

    reason: Words = ""
    reason_en: Words = ""
    legal_basis: Words = ""
    approver: Annotated[str, Field(max_length=300)] = ""
    expires_at: Annotated[
        str, Field(max_length=40, description="a date or a time, at most five years ahead")
    ] = ""

    def read(self, now: datetime, before: Closure | None = None) -> Closure:
        """Return the closure; over ``before`` it renews what stands there.

        Raises:
            ClosureMissing: something of it is not said.
            BadRequest, InvalidInput: its end is no time, or not one that is taken.
        """
        said: dict[str, Any] = self.model_dump()
        if said["expires_at"]:
            said["expires_at"] = read_time(said["expires_at"])
        return closure.read(said, now, before)


def _from_text(said: Any) -> Any:
    """Return the closure; in a form it stands as JSON text."""
    return json.loads(said) if isinstance(said, str) else said


FormClosure = Annotated[ClosureBody, BeforeValidator(_from_text)]
"""A closure that may stand as JSON text."""


class ClosureShape(BaseModel):
    """Why a layer is not open, as those see it who may read the layer."""

    reason: str
    reason_en: str
    legal_basis: str
    approver: str
    expires_at: datetime


def shape(found: Closure | None) -> ClosureShape | None:
    """Return a closure as answers show it; None where there is none."""
    if found is None:
        return None
    return ClosureShape(**{name: getattr(found, name) for name in ClosureShape.model_fields})
