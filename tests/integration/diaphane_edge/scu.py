"""A modality played by pynetdicom, for the services that DCMTK has no client for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.association import Association

from .edge import EDGE_TITLE, SCANNER, Edge

MPPS = "1.2.840.10008.3.1.2.3.3"


@contextmanager
def association(
    edge: Edge,
    *abstract_syntaxes: str,
    ae_title: str = SCANNER,
    handlers: Sequence[evt.EventHandlerType] = (),
    **options: object,
) -> Iterator[Association]:
    """Associate with a gateway, and release at the end if that still makes sense."""
    entity = AE(ae_title)
    entity.connection_timeout = entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 20
    for syntax in abstract_syntaxes:
        entity.add_requested_context(syntax)
    opened = entity.associate(
        "127.0.0.1",
        edge.port,
        ae_title=EDGE_TITLE,
        evt_handlers=list(handlers),
        **options,  # type: ignore[arg-type]
    )
    try:
        yield opened
    finally:
        if opened.is_established:
            opened.release()


def create(edge: Edge, uid: str, attributes: Dataset) -> Dataset:
    """Create a performed procedure step and return the status of the answer."""
    with association(edge, MPPS) as opened:
        return opened.send_n_create(attributes, MPPS, uid)[0]


def change(edge: Edge, uid: str, attributes: Dataset) -> Dataset:
    """Change a performed procedure step and return the status of the answer."""
    with association(edge, MPPS) as opened:
        return opened.send_n_set(attributes, MPPS, uid)[0]
