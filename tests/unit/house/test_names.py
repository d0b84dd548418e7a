"""Our top-level names are ours: no other distribution of the environment claims them."""

from importlib import metadata

import gishue

ROOMS = frozenset({"gishue", "tiles", "layers", "conversion", "ogc", "drone_imagery"})


def test_no_other_distribution_claims_our_names() -> None:
    claims = metadata.packages_distributions()
    strangers = {room: set(claims.get(room, [])) - {"gishue"} for room in ROOMS}
    assert {room: names for room, names in strangers.items() if names} == {}


def test_no_module_of_python_has_one_of_our_names() -> None:
    import sys

    assert not ROOMS & sys.stdlib_module_names


def test_the_package_is_private() -> None:
    classifiers = metadata.metadata("gishue").get_all("Classifier") or []
    assert "Private :: Do Not Upload" in classifiers
    assert gishue.__doc__
