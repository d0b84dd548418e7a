"""The options by which a command says why a layer is not open."""

from typing import Annotated

import typer

from gishue.api.closures import ClosureBody

Reason = Annotated[str, typer.Option(help="why it is not open; shown publicly")]
ReasonEn = Annotated[str, typer.Option(help="the reason in English")]
LegalBasis = Annotated[str, typer.Option(help="the law or decision that it rests on")]
Approver = Annotated[str, typer.Option(help="who approved that it is not open")]
ClosedUntil = Annotated[
    str, typer.Option(help="date when it is to be decided anew, at most five years ahead")
]


def closing(
    reason: str, reason_en: str, legal_basis: str, approver: str, closed_until: str
) -> ClosureBody | None:
    """Return what the options say, None where they say nothing."""
    said = ClosureBody(
        reason=reason,
        reason_en=reason_en,
        legal_basis=legal_basis,
        approver=approver,
        expires_at=closed_until,
    )
    return said if said != ClosureBody() else None
