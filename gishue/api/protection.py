"""HTTP for what of a layer only some of its readers see: masked fields, rules for rows."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gishue.api.deps import TheActor, TheServices
from gishue.api.sharing import owned_layer
from gishue.core.access import Audience
from gishue.core.db import transaction
from layers import protection, protection_store
from layers.protection import Protection

router = APIRouter(tags=["sharing"])

type MaskedFor = Literal["staff", "unit"]
type RuledFor = Literal["public", "staff"]
Rule = Annotated[str, Field(max_length=protection.MAX_RULE)]


class ProtectionBody(BaseModel):
    """What only some readers see.

    ``masks``: by the name of a field, who alone sees it: the `staff`, or the `unit` and those it
    shared with. ``row_rules``: CQL2 text that says which rows the `public` or the `staff` see; the
    unit sees all.
    """

    model_config = ConfigDict(extra="forbid")

    masks: Annotated[dict[str, MaskedFor], Field(max_length=500)] = {}
    row_rules: dict[RuledFor, Rule] = {}

    def read(self) -> Protection:
        """Return what is said."""
        return Protection(
            {name: Audience(audience) for name, audience in self.masks.items()},
            {Audience(audience): rule for audience, rule in self.row_rules.items()},
        )


@router.get("/layers/{slug}/protection")
async def show_protection(slug: str, services: TheServices, actor: TheActor) -> ProtectionBody:
    """Return the masks and row rules of a layer, for those who decide about it."""
    async with transaction(services.pool) as conn:
        return shape(protection.of(await owned_layer(conn, services, actor, slug)))


@router.put("/layers/{slug}/protection")
async def put_protection(
    slug: str, body: ProtectionBody, services: TheServices, actor: TheActor
) -> ProtectionBody:
    """Set the masks and row rules of a layer, in place of those it had."""
    async with transaction(services.pool) as conn:
        layer = await owned_layer(conn, services, actor, slug)
        after = await protection_store.put(conn, layer, body.read(), actor)
    await services.registry.reload(services.pool)
    return shape(protection.of(after))


def shape(held: Protection) -> ProtectionBody:
    """Return a protection as answers show it."""
    return ProtectionBody.model_validate({"masks": held.masks, "row_rules": held.row_rules})
