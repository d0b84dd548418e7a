"""Which names in ``Host`` are answered: a made-up one would stand in links and in caches."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from gishue.core.errors import BadRequest, GishueError

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")
_OWN: Final = ("localhost", "127.0.0.1", "[::1]")


class WrongHost(GishueError):
    """The request names a host that is not ours."""

    status = 421
    slug = "wrong-host"
    title = "Not the host asked for"
    title_vi = "Không đúng tên máy chủ"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that are answered; ``suffixes`` begin with a dot. None at all: any."""

    names: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()

    @classmethod
    def parse(cls, said: str, public_url: str) -> "Hosts":
        """Return the hosts of the settings."""
        listed = [name.strip().lower() for name in said.split(",") if name.strip()]
        public = urlsplit(public_url).hostname if not listed else None
        if public:
            listed = [f"[{public}]" if ":" in public else public, *_OWN]
        names = frozenset(name for name in listed if not name.startswith("*."))
        return cls(names, tuple(name[1:] for name in listed if name.startswith("*.")))

    def check(self, given: Sequence[bytes]) -> None:
        """Refuse a request whose ``Host`` fields are ``given``.

        Raises:
            BadRequest: there is none, more than one, or it is no host.
            WrongHost: it is not one of ours.
        """
        match = _HOST.fullmatch(given[0].decode("latin-1")) if len(given) == 1 else None
        if match is None:
            raise BadRequest(
                "the request must name one host in 'Host'",
                vi="yêu cầu phải nêu đúng một máy chủ trong 'Host'",
            )
        name = match[1].lower().rstrip(".")
        if not self.names and not self.suffixes:
            return
        if name not in self.names and not name.endswith(self.suffixes or ("\0",)):
            raise WrongHost(
                "this host is not served here; use the public address, or ask the operator to "
                "list it in GISHUE_ALLOWED_HOSTS",
                vi="máy chủ này không được phục vụ ở đây; hãy dùng địa chỉ công khai, hoặc nhờ "
                "người vận hành thêm vào GISHUE_ALLOWED_HOSTS",
            )
