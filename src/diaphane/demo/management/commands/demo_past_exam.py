"""``manage demo_past_exam``: play one finished exam with real images, once."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from diaphane.demo.past_exam import play_past_exam


class Command(BaseCommand):
    """Play a brain MR from its request to its told patient; a second run changes nothing."""

    help = "Play one finished exam of the demo, with real images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder of the brain's slices."""
        parser.add_argument("--images", type=Path, required=True, help="folder of the MR/brain slices")

    def handle(self, *, images: Path, **options: object) -> None:
        """Play, unless it was played before."""
        if not any(images.glob("*.dcm")):
            raise CommandError(f"no DICOM slice in {images}")
        play_past_exam(images=images)
