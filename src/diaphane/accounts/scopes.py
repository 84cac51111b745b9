"""What a machine's token is for: scopes (RFC 6749 §3.3), each some actions of the table of rights.

A token does what its role gives **and** its scope holds; a gateway's is all that gateways do.
"""

from diaphane.kernel.actors import Role

GATEWAY = "gateway"
SCOPES: dict[str, frozenset[str]] = {
    "dicomweb.read": frozenset({"images.query"}),
    "dicomweb.store": frozenset({"images.store"}),
    "worklist": frozenset({"gateway.worklist"}),
    "requests.write": frozenset({"request.order"}),
}
"""What a connected service may be given, on the exams of its own site."""
TRACES = "trace.read"
"""What a collector of traces is given, whose role gives nothing else."""
_OTHERS = {TRACES: frozenset({"trace.collect"})}
READ_AND_STORE = "dicomweb.read dicomweb.store"
USUAL = {Role.EDGE: GATEWAY, Role.SERVICE: READ_AND_STORE, Role.COLLECTOR: TRACES}
"""What a token is given where nothing else is said."""


def actions_of(scope: str) -> frozenset[str] | None:
    """Return the actions of a scope; None for a gateway's: its role says all. Unknown words give nothing."""
    words = scope.split()
    if words == [GATEWAY]:
        return None
    return frozenset().union(*((SCOPES | _OTHERS).get(word, frozenset()) for word in words))


def scope_of(action: str) -> str:
    """Return the scope that holds an action, to say what a token lacks; the others are gateways'."""
    return next((word for word, actions in (SCOPES | _OTHERS).items() if action in actions), GATEWAY)
