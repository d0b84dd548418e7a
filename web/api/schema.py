"""Print the part of the platform's OpenAPI description that the pages' types are made from.

``npm run api`` turns it into ``src/api/openapi.d.ts``; run it when the API's layers change.
"""

import json
from pathlib import Path

from gishue.core.settings import Settings
from gishue.server.app import make_app

SCHEMAS = (
    "Act",
    "Cadence",
    "ClassesBody",
    "ClosedShape",
    "ClosureBody",
    "ClosureShape",
    "CountsShape",
    "DueShape",
    "EditedShape",
    "FieldShape",
    "GeometryType",
    "GivenShape",
    "GrantBody",
    "Invited",
    "KeyShape",
    "LayerDetail",
    "LayerKind",
    "LayerPage",
    "LayerState",
    "LayerSummary",
    "LostShape",
    "MadeStyle",
    "Method",
    "Mode",
    "NamedRole",
    "NewKey",
    "NewKeyShape",
    "NewUser",
    "PaletteShape",
    "PublishBody",
    "ReadStyle",
    "RequestBody",
    "RequestShape",
    "RequestState",
    "Role",
    "RoleShape",
    "ShareBody",
    "ShareShape",
    "SignedOut",
    "Standing",
    "StyleShape",
    "UnitKind",
    "UnitShape",
    "UploadState",
    "Use",
    "UserShape",
    "Visibility",
)


def main() -> None:
    """Print an OpenAPI document that has the schemas alone."""
    described = make_app(Settings(data_dir=Path("var")), "postgresql:///unused").openapi()
    known = described["components"]["schemas"]
    schemas = {name: known[name] for name in SCHEMAS}
    document = {key: described[key] for key in ("openapi", "info")}
    print(json.dumps(document | {"paths": {}, "components": {"schemas": schemas}}))


if __name__ == "__main__":
    main()
