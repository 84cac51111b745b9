"""Open associations to the application entities that the configuration names, and to no other."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation
from pynetdicom.presentation import PresentationContext

from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

CONNECTION_SECONDS = 10.0
ANSWER_SECONDS = 30.0


class RemoteUnavailableError(RuntimeError):
    """Say in plain words why a peer could not be talked to; another try may succeed."""


@dataclass(frozen=True)
class Remote:
    """Where an application entity listens, and whether it wants TLS."""

    ae_title: str
    host: str
    port: int
    tls: bool = False


@dataclass(frozen=True)
class Caller:
    """Who this gateway is when it calls; `tls` is needed for the peers that want it."""

    ae_title: str
    tls: ssl.SSLContext | None = None

    @contextmanager
    def associate(
        self,
        remote: Remote,
        contexts: Sequence[PresentationContext],
        *,
        roles: Sequence[SCP_SCU_RoleSelectionNegotiation] = (),
        handlers: Sequence[evt.EventHandlerType] = (),
        answer_seconds: float = ANSWER_SECONDS,
    ) -> Iterator[Association]:
        """Associate with a peer, and release at the end.

        Raises RemoteUnavailableError when it does not answer, or accepts nothing that is asked.
        """
        entity = AE(self.ae_title)
        entity.implementation_class_uid = IMPLEMENTATION_CLASS_UID
        entity.implementation_version_name = IMPLEMENTATION_VERSION_NAME
        entity.connection_timeout = CONNECTION_SECONDS
        entity.acse_timeout = ANSWER_SECONDS
        entity.dimse_timeout = entity.network_timeout = answer_seconds
        association = entity.associate(
            remote.host,
            remote.port,
            contexts=list(contexts),
            ae_title=remote.ae_title,
            ext_neg=list(roles),
            evt_handlers=list(handlers),
            tls_args=(self._tls_for(remote), remote.host) if remote.tls else None,
        )
        if not association.is_established:
            reason = "refuses the association" if association.is_rejected else "does not answer"
            raise RemoteUnavailableError(f"{remote.ae_title} {reason}")
        try:
            yield association
        finally:
            if association.is_established:
                association.release()

    def _tls_for(self, remote: Remote) -> ssl.SSLContext:
        if self.tls is None:
            raise RemoteUnavailableError(f"{remote.ae_title} wants TLS, which is not configured here")
        return self.tls
