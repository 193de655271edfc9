"""Tells customers by e-mail, or by text message who has no address. Words nothing."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from core.adapters.operator.at_most_once import AtMostOnce
from core.adapters.operator.web import Web
from core.kernel.orders import Order, Receipt, Value

__all__ = ["AddressOf", "Gateway", "Mail"]

AddressOf = Callable[[str], tuple[str, str]]
"""Returns an account's e-mail address and telephone number, either empty where there is none."""


@dataclass(frozen=True)
class Mail:
    """Say which server takes e-mail, and as whom.

    Parameters
    ----------
    encrypted
        Whether the server must offer TLS; only one on this very machine need not.
    """

    host: str
    port: int
    sender: str
    user: str
    password: str
    encrypted: bool
    timeout_s: float


class Gateway:
    """Send each notice once. Mail servers keep no keys, so this does: what was begun is not sent again.

    Parameters
    ----------
    once
        Where it is kept which notices were begun and sent.
    sms
        The gateway of text messages; None where there is none.
    """

    def __init__(self, mail: Mail | None, sms: Web | None, address_of: AddressOf, once: AtMostOnce) -> None:
        self._mail = mail
        self._sms = sms
        self._address_of = address_of
        self._once = once

    @property
    def key_life_hours(self) -> int:
        """Return a year: the keys are kept here."""
        return 24 * 365

    def send(self, order: Order) -> Receipt:
        """Tell a customer something, unless that was begun before."""
        if order.kind != "send_notice" or not order.values.get("text"):
            return Receipt("refused", says="Only notices with a text are sent here.")
        return self._once.send(order, self._deliver)

    def find(self, order: Order) -> Receipt | None:
        """Return what is kept of the key; what was begun and not ended is ``unknown``."""
        return self._once.find(order)

    def read(self, order: Order) -> Mapping[str, Value] | None:  # noqa: ARG002
        """Return nothing: before a notice nothing stands."""
        return {}

    def _deliver(self, order: Order) -> Receipt:
        email, phone = self._address_of(order.target.get("account_id", ""))
        if email and self._mail is not None:
            return _post(self._mail, _message(order, self._mail.sender, email))
        if phone and self._sms is not None:
            body = {"externalId": order.key, "to": phone, "text": str(order.values["text"])}
            return self._sms.order("POST", "/messages", body, order.key)[0]
        return Receipt("refused", says="The customer has no address that can be written to.")


def _post(mail: Mail, message: EmailMessage) -> Receipt:
    """Hand a message to the server; once its text was sent, an answer that is lost leaves it unknown."""
    begun = False
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout_s) as server:
            if mail.encrypted:
                server.starttls(context=ssl.create_default_context())
            if mail.user:
                server.login(mail.user, mail.password)
            begun = True
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        is_for_good = all(code >= 500 for code, _ in error.recipients.values())
        says = "The mail server does not take the customer's address."
        return Receipt("refused" if is_for_good else "later", says=says)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        words = said if isinstance(said, str) else said.decode("utf-8", "replace")
        return Receipt("later" if error.smtp_code < 500 or not begun else "refused", says=words[:500])
    except (OSError, smtplib.SMTPException) as error:
        if begun:
            return Receipt("unknown", says=f"The mail server's answer was lost ({type(error).__name__}).")
        return Receipt("later", says=f"The mail server cannot be reached ({type(error).__name__}).")
    return Receipt("done", str(message["Message-ID"]))


def _message(order: Order, sender: str, email: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, email
    message["Subject"] = " ".join(str(order.values.get("subject") or "").split())
    domain = sender.rsplit("@", 1)[-1].rstrip(">")
    message["Message-ID"] = f"<{hashlib.sha256(order.key.encode()).hexdigest()[:32]}@{domain}>"
    if order.values.get("language"):
        message["Content-Language"] = str(order.values["language"])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(order.values["text"]))
    return message
