"""From what the installation sets of each system to its connector. Sends nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping

from core.adapters.hosts import AllowedHosts
from core.adapters.operator.at_most_once import AtMostOnce
from core.adapters.operator.breaker import Breaker
from core.adapters.operator.file_drop import FileDrop
from core.adapters.operator.gateway import AddressOf, Gateway, Mail
from core.adapters.operator.guarded import Guarded
from core.adapters.operator.key_folder import KeyFolder
from core.adapters.operator.tmf import TmfConnector
from core.adapters.operator.web import Web, WebAddress
from core.adapters.operator.webhook import WebhookConnector
from core.kernel.errors import InputError
from core.kernel.orders import System
from core.ports.operator import Connector, Connectors
from core.settings import Settings, SystemSettings

__all__ = ["AddressOf", "connect_systems"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Systems:
    def __init__(self, connectors: Mapping[System, Connector]) -> None:
        self._connectors = connectors

    def of(self, system: System) -> Connector | None:
        """Return a system's connector; None where the installation has none."""
        return self._connectors.get(system)


def connect_systems(settings: Settings, address_of: AddressOf) -> Connectors:
    """Return the connectors of the systems that the installation names.

    Parameters
    ----------
    address_of
        Finds where a customer is written to.

    Raises
    ------
    InputError
        RA-E100 when a system is on a host that is not allowed.
    """
    hosts = AllowedHosts(settings.system_hosts, "ASSAY_SYSTEM_HOSTS")

    def connector(name: System, system: SystemSettings) -> Connector:
        if system.folder is not None:
            answers = system.answers or system.folder / "answers"
            return FileDrop(system.folder, answers, system.key_life_hours)
        bare: Connector
        once = AtMostOnce(KeyFolder(settings.home / "sent" / name))
        if system.mail_host or system.sms_url:
            bare = _gateway(system, hosts, address_of, once)
        elif system.webhook_url:
            web = _web(system, system.webhook_url, hosts)
            bare = WebhookConnector(web, system.token.get_secret_value(), once)
        else:
            bare = TmfConnector(_web(system, system.url, hosts), system.key_life_hours)
        return Guarded(bare, Breaker(time.monotonic), system.at_once)

    return _Systems({name: connector(name, system) for name, system in settings.systems.items()})


def _web(system: SystemSettings, url: str, hosts: AllowedHosts) -> Web:
    address = WebAddress(url, system.token.get_secret_value(), system.timeout_s)
    return Web(address, hosts, time.sleep)


def _gateway(system: SystemSettings, hosts: AllowedHosts, address_of: AddressOf, once: AtMostOnce) -> Gateway:
    refused = hosts.refusal(f"https://{system.mail_host}/") if system.mail_host else None
    if refused is not None:
        raise InputError(refused, fields={"host": system.mail_host})
    mail = Mail(
        host=system.mail_host,
        port=system.mail_port,
        sender=system.mail_from,
        user=system.mail_user,
        password=system.mail_password.get_secret_value(),
        encrypted=system.mail_host not in _LOOPBACK,
        timeout_s=system.timeout_s,
    )
    sms = _web(system, system.sms_url, hosts) if system.sms_url else None
    return Gateway(mail if system.mail_host else None, sms, address_of, once)
