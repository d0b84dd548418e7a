"""What the settings say about the edges of the site, read once at start."""

from dataclasses import dataclass

from gishue.accounts.issuer import Issuer
from gishue.api.rates import Rates
from gishue.core.settings import Settings
from gishue.server.bodies import is_changeset
from gishue.server.hosts import Hosts
from gishue.server.origins import Origins
from gishue.server.proxies import Proxies


@dataclass(frozen=True, slots=True)
class Edges:
    """Whom to believe, whom to answer, how often, and how much at once."""

    proxies: Proxies
    hosts: Hosts
    origins: Origins
    rates: Rates
    public_url: str
    body_max_bytes: int
    changeset_max_bytes: int
    issuer: Issuer | None

    def body_limit(self, path: str) -> int:
        """Return how large the body of a request at ``path`` may be, bytes."""
        return self.changeset_max_bytes if is_changeset(path) else self.body_max_bytes

    @classmethod
    def of(cls, settings: Settings) -> "Edges":
        """Return the edges that the settings draw.

        Raises:
            InvalidInput: one of them cannot be read.
        """
        return cls(
            proxies=Proxies.parse(settings.trusted_proxies),
            hosts=Hosts.parse(settings.allowed_hosts, settings.public_url),
            origins=Origins.parse(settings.cors_origins),
            rates=Rates(settings),
            public_url=settings.public_url,
            body_max_bytes=settings.body_max_bytes,
            changeset_max_bytes=settings.changeset_max_bytes,
            issuer=Issuer(settings) if settings.oidc_issuer else None,
        )
