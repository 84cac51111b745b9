"""``manage deliveries``: show what consumers have not taken yet, and try the failed ones again."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from diaphane.events.models import Delivery
from diaphane.events.operations import replay_failed


class Command(BaseCommand):
    """List the deliveries that are not done; no queue is hidden."""

    help = "List the deliveries that are not done; with --replay, put the failed ones back in the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to replay."""
        parser.add_argument("--replay", action="store_true")

    def handle(self, *, replay: bool, **options: object) -> None:
        """Print one line per delivery: consumer, event, state, attempts, the error's type."""
        waiting = Delivery.objects.exclude(status=Delivery.Status.DONE).select_related("event")
        for each in waiting.order_by("id"):
            self.stdout.write(
                f"{each.consumer}\t{each.event.kind}\t{each.status}\t{each.attempts}\t{each.last_error}"
            )
        if replay:
            self.stdout.write(f"replayed: {replay_failed()}")
