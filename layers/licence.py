"""Licences by the short names that people write, with their addresses."""

from typing import Final, NamedTuple

_SPDX: Final = "http://spdx.org/licenses/"


class Licence(NamedTuple):
    """One licence: its own page and its SPDX identifier, empty where the name is not known."""

    name: str
    uri: str
    spdx: str = ""


_KNOWN: Final = {
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc by 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc by-sa 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "odbl": "https://opendatacommons.org/licenses/odbl/1-0/",
    "odbl 1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "odc-by 1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "pddl 1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
    "apache-2.0": _SPDX + "Apache-2.0",
    "mit": _SPDX + "MIT",
}

_IDENTIFIERS: Final = {
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://opendatacommons.org/licenses/odbl/1-0/": "ODbL-1.0",
    "https://opendatacommons.org/licenses/by/1-0/": "ODC-By-1.0",
    "https://opendatacommons.org/licenses/pddl/1-0/": "PDDL-1.0",
}


def licences(said: str) -> list[Licence]:
    """Return the licences that ``said`` names, parted by semicolons.

    >>> [one.uri for one in licences("MIT; CC BY 4.0; theo quy định của thành phố")]
    ['http://spdx.org/licenses/MIT', 'https://creativecommons.org/licenses/by/4.0/', '']
    """
    names = [name.strip() for name in said.split(";")]
    return [Licence(name, _address(name), _spdx(name)) for name in names if name]


def _spdx(name: str) -> str:
    address = _address(name)
    named = address.removeprefix(_SPDX) if address.startswith(_SPDX) else ""
    return _IDENTIFIERS.get(address, named)


def _address(name: str) -> str:
    if name.startswith(("http://", "https://")) and not any(sign in name for sign in ' <>"{}|\\^`'):
        return name
    return _KNOWN.get(name.lower(), "")
