"""Admit known modalities only: by AE title and by address (PS3.8 §9.3.4)."""

from collections.abc import Sequence

from pynetdicom.events import Event

from .config import Peer
from .logs import log

REJECTED_PERMANENT = 0x01
BY_SERVICE_USER = 0x01
CALLING_AE_TITLE_NOT_RECOGNISED = 0x03


def refuse_strangers(event: Event, peers: Sequence[Peer]) -> None:
    """Reject an association from a caller that is not a known peer, before anything is negotiated."""
    requestor = event.assoc.requestor
    request = requestor.primitive
    ae_title = str(request.calling_ae_title).strip() if request else ""
    address = str(requestor.address)
    if any(peer.is_calling(ae_title=ae_title, address=address) for peer in peers):
        return
    log.warning("association_refused", calling_ae_title=ae_title, address=address)
    event.assoc.acse.send_reject(REJECTED_PERMANENT, BY_SERVICE_USER, CALLING_AE_TITLE_NOT_RECOGNISED)
    event.assoc.kill()
