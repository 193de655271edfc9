"""What other systems are told: read by them, or posted to them. Holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from core.api.guard import Guarded, needs
from core.bootstrap import wall_clock
from core.kernel.audit import AuditEvent
from core.kernel.errors import NotFoundError
from core.kernel.programs import Happening, Webhook
from core.workflows.webhooks import happenings, made, secret_of

__all__ = ["NewWebhook", "WebhookDesk"]


@dataclass(frozen=True)
class NewWebhook:
    """Hold a new webhook with the secret that its messages are signed by; it is told once."""

    webhook: Webhook
    secret: str


class WebhookDesk(Guarded):
    """Say what changed, and whom to tell; a part of `Assay`."""

    @needs("cases.read")
    def happenings(
        self, after: int | None = None, *, kinds: Collection[str] = (), limit: int = 100
    ) -> tuple[tuple[Happening, ...], int]:
        """Return what changed after a sequence, oldest first, and the sequence to ask from next.

        Parameters
        ----------
        after
            None for nothing yet: only where to ask from.

        Notes
        -----
        Whoever is kept to some customer segments is told of their cases alone.
        """
        if after is None:
            head = self._store.audit_head()
            return (), head[0] if head else 0
        found = happenings(self._store, after, kinds=kinds, limit=limit)
        return tuple(one for one in found if self._concerns(one)), found[-1].sequence if found else after

    @needs("webhooks.manage", of_all=True)
    def webhooks(self) -> tuple[Webhook, ...]:
        """Return who is told what, and how far they have come, oldest first."""
        return self._store.webhooks()

    @needs("webhooks.manage", of_all=True)
    def add_webhook(self, url: str, kinds: Collection[str] = ()) -> NewWebhook:
        """Have another system told what changes from now on.

        Raises
        ------
        InputError
            RA-E100 when nothing may be posted to the address, or there is no such kind.
        """
        head = self._store.audit_head()
        told_to = head[0] if head else 0
        webhook, event = made(url, kinds, self._parts.poster, self._actor, told_to, wall_clock())
        self._store.add_webhook(webhook, event)
        return NewWebhook(webhook, secret_of(self._parts.webhook_key, webhook.webhook_id))

    @needs("webhooks.manage", of_all=True)
    def resume_webhook(self, webhook_id: str) -> None:
        """Go on telling a webhook that was left alone, from where it stopped.

        Raises
        ------
        NotFoundError
            RA-E400 when there is none of that id.
        """
        now = wall_clock()
        self._change_webhook(
            webhook_id,
            "resumed",
            lambda one: replace(one, next_at=now, failures=0, problem="", paused_at=None),
        )

    @needs("webhooks.manage", of_all=True)
    def remove_webhook(self, webhook_id: str) -> None:
        """Tell a webhook nothing more.

        Raises
        ------
        NotFoundError
            RA-E400 when there is none of that id.
        """
        self._change_webhook(webhook_id, "removed", lambda _: None)

    @needs("webhooks.manage", of_all=True)
    def tell_webhooks(self) -> int:
        """Tell every webhook that is due; return how many messages were taken."""
        return self._parts.teller.tell(wall_clock())

    def _change_webhook(
        self, webhook_id: str, verb: str, change: Callable[[Webhook], Webhook | None]
    ) -> None:
        event = AuditEvent(f"webhook.{verb}", self._actor, "webhook", webhook_id)
        if not self._store.change_webhook(webhook_id, change, event):
            raise NotFoundError("There is no such webhook.", fields={"webhook_id": webhook_id})

    def _concerns(self, happening: Happening) -> bool:
        mine = self._actor.segments
        if mine is None or not happening.kind.startswith("case."):
            return True
        case = self._store.case(happening.object_id)
        return case is not None and case.segment in mine
