"""Tell the platform of performed procedure steps, the last word of each, as soon as the link allows."""

import threading

from .backoff import pause_after
from .logs import log
from .platform import ContentRefusedError, Platform, PlatformError
from .steps import Step, Steps

IDLE_SECONDS = 1.0


class StepSender:
    """Send steps one by one. The platform ignores a revision that it has already."""

    def __init__(self, *, steps: Steps, platform: Platform, stop: threading.Event) -> None:
        self._steps = steps
        self._platform = platform
        self._stop = stop
        self._failures = 0

    def send_next(self) -> None:
        """Send what waits, or wait for something; after a failure, pause longer each time."""
        waiting = self._steps.list_unsent()
        if not waiting:
            self._steps.wait_for_change(IDLE_SECONDS)
            return
        try:
            for step in waiting:
                self._send(step)
            self._failures = 0
        except PlatformError:
            self._failures += 1
            self._stop.wait(pause_after(self._failures))

    def _send(self, step: Step) -> None:
        try:
            self._platform.put_step(step.sop_instance_uid, step.revision, step.attributes)
        except ContentRefusedError as refusal:
            self._steps.mark_refused(step, str(refusal))
            log.warning("step_not_taken", sop_instance_uid=step.sop_instance_uid, reason=str(refusal))
            return
        self._steps.mark_sent(step)
        log.info("step_sent", sop_instance_uid=step.sop_instance_uid, revision=step.revision)
