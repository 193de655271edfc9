"""The settings of one installation. Read by `core.bootstrap` only; nothing is read at import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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

    model_config = SettingsConfigDict(env_prefix="ASSAY_", frozen=True)

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
    def keys_dir(self) -> Path:
        """Return the folder of the secret keys."""
        return self.keys or self.home / "keys"

    @property
    def checkpoints_dir(self) -> Path:
        """Return the folder of the audit trail's checkpoints."""
        return self.checkpoints or self.home / "checkpoints"
