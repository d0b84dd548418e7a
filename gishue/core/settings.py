"""The settings of a GISHue instance, read once at start from ``GISHUE_*`` and ``.env``."""

from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Everything an operator may set; each value is bounded and has a safe default."""

    model_config = SettingsConfigDict(
        env_prefix="GISHUE_", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path("var"),
        description="folder of the database, the objects and the logs of this instance",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL URL; empty: the embedded cluster in the data directory",
    )
    object_store: str = Field(
        default="",
        description="`file://…` or `s3://…`; empty: the folder `objects` in the data directory",
    )
    public_url: str = Field(
        default="",
        description="address people reach us at, without a trailing slash; "
        "empty: taken from each request",
    )
    admin_password: SecretStr = Field(
        default=SecretStr(""),
        description="password of `admin` at first start; empty: one is made, and shown once on "
        "the terminal or left in the data directory",
    )
    city_profile: str = Field(default="hue", description="profile of the city")
    ward_layer: str = Field(
        default="phuong_xa", description="layer of the wards that field reports fall in"
    )
    road_layer: str = Field(
        default="duong_pho",
        description="layer of the roads that tell CRS twins, 225 m apart, from each other",
    )
    pool_size: int = Field(default=10, ge=2, le=200, description="database connections a process")
    pool_timeout_s: float = Field(
        default=2.0, gt=0, le=60, description="longest wait for a connection, seconds"
    )
    upload_max_bytes: int = Field(
        default=8 << 30, gt=0, description="largest file one upload may bring, bytes"
    )
    unpacked_max_bytes: int = Field(
        default=16 << 30,
        gt=0,
        description="what may come out of one archive, an archive inside it included, bytes; it "
        "needs as much free disk",
    )
    unpacked_member_max_bytes: int = Field(
        default=16 << 30, gt=0, description="what may come out of one member of an archive, bytes"
    )
    pull_hosts: str = Field(
        default="",
        description="hosts that data may be fetched from, separated by commas; `host:port` where "
        "the port is not the usual one; empty: none",
    )
    pull_networks: str = Field(
        default="",
        description="private networks (`10.0.0.0/8`) that these hosts may stand in",
    )
    sandbox_cpu_s: int = Field(
        default=600, gt=0, description="CPU seconds a reader of a stranger's file may use"
    )
    sandbox_wall_s: int = Field(
        default=900, gt=0, description="wall seconds a reader of a stranger's file may use"
    )
    sandbox_memory_bytes: int = Field(
        default=1536 << 20, gt=0, description="address space of such a reader, bytes"
    )
    tiles_max_features: int = Field(
        default=60_000, gt=0, description="features one vector tile may hold before it says so"
    )
    tiles_cache_bytes: int = Field(
        default=256 << 20, ge=0, description="memory for ready tiles a process, bytes"
    )
    tiles_building: int = Field(default=8, ge=1, le=64, description="tiles built at once")
    tiles_waiting: int = Field(
        default=64, ge=1, le=10_000, description="tiles under way before others are refused"
    )
    tiles_timeout_ms: int = Field(
        default=4_000, gt=0, description="longest a tile statement may run, milliseconds"
    )
    tiles_archive_from: int = Field(
        default=50_000,
        ge=0,
        description="features from which on a layer's tiles are kept in an archive; 0: of none",
    )
    tiles_query_cache_bytes: int = Field(
        default=32 << 20,
        ge=0,
        description="memory for tiles by filter, fields or time, composites and tiles of functions "
        "a process, bytes",
    )
    tiles_query_building: int = Field(
        default=4, ge=1, le=64, description="such tiles built at once, on connections of their own"
    )
    tiles_query_waiting: int = Field(
        default=32, ge=1, le=10_000, description="such tiles under way before others are refused"
    )
    tiles_query_timeout_ms: int = Field(
        default=2_000, gt=0, description="longest a statement of such a tile may run, milliseconds"
    )
    session_idle_minutes: int = Field(
        default=30, gt=0, le=1_440, description="a session ends after this long without a request"
    )
    session_hours: int = Field(default=8, gt=0, le=168, description="a session ends at the latest")
    oidc_issuer: str = Field(
        default="",
        description="address of the OpenID Connect issuer for sign-on, as its discovery document "
        "writes it; empty: local accounts alone",
    )
    oidc_client_id: str = Field(default="", description="our client id at the issuer")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="our client secret at the issuer; empty: a public client, by PKCE alone",
    )
    oidc_scopes: str = Field(
        default="openid profile email", description="scopes asked of the issuer, between spaces"
    )
    oidc_audience: str = Field(
        default="",
        description="audience that bearer tokens must name; empty: our client id",
    )
    oidc_leeway_s: int = Field(
        default=30,
        ge=0,
        le=300,
        description="how far the issuer's clock and ours may differ, seconds",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1, ::1",
        description="addresses and networks of the proxies whose `X-Forwarded-*` or `Forwarded` "
        "is believed, separated by commas; empty: nobody's",
    )
    allowed_hosts: str = Field(
        default="",
        description="names in `Host` that are answered, separated by commas (`*.example.vn`: all "
        "below); empty: the one of the public address and this machine's own, or without a public "
        "address any",
    )
    cors_origins: str = Field(
        default="",
        description="other origins (`https://hue.gov.vn`) whose pages may act with a person's "
        "session or a key, separated by commas; open data may be read from everywhere anyway",
    )
    body_max_bytes: int = Field(
        default=1 << 20,
        gt=0,
        description="largest body of a request, bytes; files and photos have limits of their own",
    )
    changeset_max_bytes: int = Field(
        default=64 << 20, gt=0, description="largest changeset of a layer's features, bytes"
    )
    rate_reads: int = Field(
        default=6_000,
        ge=0,
        description="reads a minute by one account, key or visiting address; 0: not limited",
    )
    rate_writes: int = Field(
        default=1_200, ge=0, description="writes a minute by one account or key; 0: not limited"
    )
    rate_visitor_writes: int = Field(
        default=120, ge=0, description="writes a minute from one visiting address; 0: not limited"
    )
    rate_sign_ins: int = Field(
        default=30,
        ge=0,
        description="failed sign-ins a minute from one address, and to one account; 0: not limited",
    )
    rate_tiles: int = Field(
        default=0,
        ge=0,
        description="tiles, fonts and files of pages a minute; 0: not limited, admission of the "
        "tile service holds anyway",
    )

    @field_validator("public_url")
    @classmethod
    def _bare(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _is_secure(cls, url: str) -> str:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
        if url and not ((parts.scheme == "https" and parts.hostname) or local):
            raise ValueError("an issuer has an https address (http on this machine alone)")
        return url

    @model_validator(mode="after")
    def _has_client(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("GISHUE_OIDC_ISSUER needs GISHUE_OIDC_CLIENT_ID beside it")
        if "openid" not in self.oidc_scopes.split():
            raise ValueError("GISHUE_OIDC_SCOPES needs 'openid' among the scopes")
        return self

    @property
    def root(self) -> Path:
        """The data directory as an absolute path."""
        return self.data_dir.expanduser().resolve()
