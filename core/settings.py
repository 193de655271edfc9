"""The settings of one installation. Read by `core.bootstrap` only; nothing is read at import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.kernel.orders import System


class SystemSettings(BaseModel):
    """Say how one of the operator's systems is reached: an address, a folder, or gateways for notices.

    Parameters
    ----------
    url
        Where its TM Forum interfaces begin.
    token
        What is shown to it, and to the gateway of text messages.
    webhook_url
        The one address at which a system takes orders as JSON, signed with the token.
    folder
        Where orders are put as files, for a system without an interface.
    answers
        Where it puts its answers; default ``answers`` in that folder.
    mail_host
        The mail server that takes notices; encrypted unless it is this very machine.
    sms_url
        The gateway that takes text messages.
    timeout_s
        After how many seconds an answer counts as lost.
    at_once
        How many calls it gets at the same time.
    key_life_hours
        For how long it knows a key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    token: SecretStr = SecretStr("")
    webhook_url: str = ""
    folder: Path | None = None
    answers: Path | None = None
    mail_host: str = ""
    mail_port: int = Field(default=587, ge=1, le=65_535)
    mail_from: str = ""
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")
    sms_url: str = ""
    timeout_s: float = Field(default=10.0, gt=0, le=120)
    at_once: int = Field(default=4, ge=1, le=100)
    key_life_hours: int = Field(default=24, ge=1, le=24 * 365)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.url, self.webhook_url, self.folder, self.mail_host or self.sms_url)
        if sum(bool(way) for way in ways) != 1:
            raise ValueError("name one of url, webhook_url, folder, or mail_host and sms_url")
        if self.mail_host and "@" not in self.mail_from:
            raise ValueError("mail_from says from which address notices are sent")
        return self


class Settings(BaseSettings):
    """Hold what an installation may set, each by an environment variable ``ASSAY_…`` of the same name.

    Parameters
    ----------
    home
        The folder that holds everything Assay keeps, unless one of the next says otherwise.
    store_url
        Where the operational store is: an SQLAlchemy URL, ``sqlite:///…`` or ``postgresql+psycopg://…``;
        default ``assay.sqlite`` in the home folder.
    lake
        The folder of the lake's tables; default ``lake`` in the home folder.
    controls
        A TOML file with the thresholds and switches of this operator's controls, for the first run to
        take in; default ``controls.toml`` in the home folder, which need not exist.
    keys
        The folder of this installation's secret keys; default ``keys`` in the home folder. Several
        processes over one store share it.
    checkpoints
        The folder that checkpoints of the audit trail are added to; default ``checkpoints`` in the home
        folder. It protects best where this process may add files but not change them.
    mappings
        The folder of the column mappings that ship.
    clock
        What "now" is when due times are measured: ``data``, the latest run's ``as_of``, which suits a
        dataset from the past; or ``wall``, this machine's clock, which suits a live feed.
    demo
        Whether this installation shows made-up data.
    outbound_hosts
        The hosts that may be told what changes, as a JSON list of names; ``*.example.com`` stands for every
        name below one. None by default.
    operator_token
        What the reference operator asks for; by default it lets everybody on this machine in.
    systems
        How each of the operator's systems is reached that orders are sent to, by its name. None by default.
    system_hosts
        The hosts that these systems may be on, as a JSON list, like ``outbound_hosts``.
    api_rate
        How often one access token may ask the decision API, in each of its processes.
    api_hosts
        The names under which the decision API is called, as a JSON list.
    panel_origins
        The origins whose pages may frame the action-button panel, as a JSON list of ``https://…``.
    session_idle_minutes
        After how many minutes without a sign of life a session ends.
    session_hours
        After how many hours a session ends in any case.
    password_tries
        After how many wrong passwords no further try is looked at for a while, at first a minute, then ever
        longer.
    """

    model_config = SettingsConfigDict(env_prefix="ASSAY_", env_nested_delimiter="__", frozen=True)

    home: Path = Path(".assay")
    store_url: str | None = None
    lake: Path | None = None
    controls: Path | None = None
    keys: Path | None = None
    checkpoints: Path | None = None
    mappings: Path = Path(__file__).parents[1] / "data" / "mappings"
    clock: Literal["data", "wall"] = "data"
    demo: bool = False
    outbound_hosts: tuple[str, ...] = ()
    operator_token: SecretStr = SecretStr("")
    systems: dict[System, SystemSettings] = {}
    system_hosts: tuple[str, ...] = ()
    api_rate: str = Field(default="600/minute", pattern=r"^[1-9][0-9]{0,5}/(second|minute|hour)$")
    api_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    panel_origins: tuple[Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.:*-]+$")], ...] = ()
    session_idle_minutes: int = Field(default=30, ge=1, le=720)
    session_hours: int = Field(default=8, ge=1, le=24)
    password_tries: int = Field(default=5, ge=1, le=100)

    @property
    def store_address(self) -> str:
        """Return the URL of the operational store."""
        return self.store_url or f"sqlite:///{(self.home / 'assay.sqlite').as_posix()}"

    @property
    def workflows_address(self) -> str:
        """Return the URL of what the workflow engine keeps: of SQLite a file of its own beside the store."""
        if not self.store_address.startswith("sqlite"):
            return self.store_address
        prefix, _, path = self.store_address.rpartition("/")
        return f"{prefix}/{Path(path).stem}-workflows.sqlite"

    @property
    def lake_dir(self) -> Path:
        """Return the folder of the lake."""
        return self.lake or self.home / "lake"

    @property
    def controls_file(self) -> Path:
        """Return the operator's file of thresholds."""
        return self.controls or self.home / "controls.toml"

    @property
    def own_controls(self) -> Path:
        """Return the folder of the controls that this operator wrote; it need not exist."""
        return self.home / "controls"

    @property
    def operator_file(self) -> Path:
        """Return the database of the reference operator; it need not exist."""
        return self.home / "operator.sqlite"

    @property
    def keys_dir(self) -> Path:
        """Return the folder of the secret keys."""
        return self.keys or self.home / "keys"

    @property
    def checkpoints_dir(self) -> Path:
        """Return the folder of the audit trail's checkpoints."""
        return self.checkpoints or self.home / "checkpoints"
