"""Run a management command: ``python -m diaphane.manage COMMAND``."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Hand the command line over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diaphane.config.settings")
    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # `manage rules | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
