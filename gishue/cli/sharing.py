"""Commands about who may use a layer: close, open, share, unshare, shares, protect, due."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from gishue.api.protection import ProtectionBody, shape
from gishue.api.sharing import share_shape, wish_of
from gishue.cli.closing import Approver, ClosedUntil, LegalBasis, Reason, ReasonEn, closing
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core.access import Act, Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.core.errors import InvalidInput
from layers import closure, closure_store, protection, protection_store, sharing_store, store
from layers.closure import Standing
from layers.layer import Layer
from layers.services import Services
from layers.sharing import Grant

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Slug = Annotated[str, typer.Argument(help="the layer's name in URLs")]
Unit = Annotated[str, typer.Argument(help="code of the other unit")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to those about layers."""
    app.command("close")(close)
    app.command("open")(open_layer)
    app.command("share")(share)
    app.command("unshare")(unshare)
    app.command("shares")(list_shares)
    app.command("protect")(protect)
    app.command("due")(list_due)


def close(
    slug: Slug,
    visibility: Annotated[
        Visibility | None, typer.Option(help="internal or restricted; else as it is, or restricted")
    ] = None,
    reason: Reason = "",
    reason_en: ReasonEn = "",
    legal_basis: LegalBasis = "",
    approver: Approver = "",
    closed_until: ClosedUntil = "",
) -> None:
    """Close a layer and say why, or keep it closed for longer."""
    said = closing(reason, reason_en, legal_basis, approver, closed_until)

    async def decide(services: Services) -> Layer:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            named = said.read(services.now(), layer.closure) if said else None
            is_open = layer.visibility is Visibility.OPEN
            chosen = visibility or (Visibility.RESTRICTED if is_open else layer.visibility)
            return await closure_store.decide(conn, layer, chosen, named, OPERATOR)

    layer = with_services(decide)
    until = f" until {layer.closure.expires_at:%Y-%m-%d}" if layer.closure else ""
    say(f"{slug} {layer.visibility}{until}, revision {layer.revision}")


def open_layer(slug: Slug) -> None:
    """Open a layer to everybody; the reason for closing it is dropped."""

    async def decide(services: Services) -> Layer:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            return await closure_store.decide(conn, layer, Visibility.OPEN, None, OPERATOR)

    say(f"{slug} open, revision {with_services(decide).revision}")


def share(
    slug: Slug,
    unit: Unit,
    act: Annotated[
        list[Act] | None, typer.Option(help="read, download or edit; again for more")
    ] = None,
    until: Annotated[str, typer.Option(help="a date or time; else a year from now")] = "",
    within_area: Annotated[
        bool, typer.Option("--within-area", help="edit only on the unit's own ground")
    ] = False,
) -> None:
    """Share a layer with another unit."""
    wish = wish_of(unit, act or [Act.READ], until, within_area=within_area)

    async def give(services: Services) -> Grant:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            return await sharing_store.give(conn, layer, wish, OPERATOR, services.now())

    given = with_services(give)
    ends = f" until {given.ends_at:%Y-%m-%d}" if given.ends_at else ""
    say(f"{slug}: share {given.id}, {unit} may {', '.join(given.acts)}{ends}")


def unshare(slug: Slug, unit: Unit) -> None:
    """End every share of a layer with a unit, at once."""

    async def revoke(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            await sharing_store.revoke_unit(conn, layer, unit, OPERATOR)

    with_services(revoke)
    say(f"{slug} is shared with {unit} no more")


def list_shares(slug: Slug, as_json: Json = False) -> None:
    """List the units with which a layer is shared."""

    async def read(services: Services) -> list[Grant]:
        async with transaction(services.pool) as conn:
            return await sharing_store.grants(conn, await store.by_slug(conn, slug))

    rows = [share_shape(one).model_dump(mode="json") for one in with_services(read)]
    columns = ("id", "unit", "acts", "within_area", "ends_at", "granted_by")
    show_json(rows) if as_json else show_rows(rows, columns)


def protect(
    slug: Slug,
    mask: Annotated[
        list[str] | None, typer.Option(help="FIELD=staff or FIELD=unit: who alone sees it")
    ] = None,
    rows: Annotated[
        list[str] | None, typer.Option(help="public=CQL2 or staff=CQL2: the rows they see")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="mask nothing, keep no rows back")] = False,
) -> None:
    """Show the masks and row rules of a layer, or set them in place of those it had."""
    said = _body(mask, rows)

    async def work(services: Services) -> Layer:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            if not (mask or rows or clear):
                return layer
            return await protection_store.put(conn, layer, said.read(), OPERATOR)

    show_json(shape(protection.of(with_services(work))).model_dump())


def list_due(as_json: Json = False) -> None:
    """List the closed layers whose reason has expired, soon will, or is not named yet."""

    async def read(services: Services) -> list[dict[str, Any]]:
        now, layers = services.now(), services.registry.current.layers.values()
        return [_due(layer, how) for layer in layers if (how := closure.standing(layer, now))]

    rows = [row for row in with_services(read) if row["standing"] is not Standing.VALID]
    columns = ("slug", "unit", "visibility", "standing", "closed_until", "reason")
    show_json(rows) if as_json else show_rows(rows, columns)


def _due(layer: Layer, how: Standing) -> dict[str, Any]:
    said = layer.closure
    return {
        "slug": layer.slug,
        "unit": layer.unit,
        "visibility": layer.visibility,
        "standing": how,
        "closed_until": said.expires_at.isoformat() if said else None,
        "reason": said.reason if said else "not named yet",
    }


def _body(mask: list[str] | None, rows: list[str] | None) -> ProtectionBody:
    try:
        return ProtectionBody.model_validate({"masks": _pairs(mask), "row_rules": _pairs(rows)})
    except ValidationError as error:
        raise InvalidInput(
            "write --mask FIELD=staff or FIELD=unit, --rows public=CQL2 or staff=CQL2",
            vi="hãy viết --mask TRƯỜNG=staff hoặc TRƯỜNG=unit, --rows public=CQL2 hoặc staff=CQL2",
        ) from error


def _pairs(said: list[str] | None) -> dict[str, str]:
    """Return what stands before and after the first equals sign.

    Raises:
        InvalidInput: there is none.
    """
    odd = [one for one in said or () if "=" not in one]
    if odd:
        raise InvalidInput(
            f"{odd[0][:80]!r} has no =; write for example --mask phone=staff",
            vi=f"{odd[0][:80]!r} thiếu dấu =; ví dụ viết --mask dien_thoai=staff",
        )
    return {name: text for name, _, text in (one.partition("=") for one in said or ())}
