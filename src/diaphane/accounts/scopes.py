"""What a machine's token is for: scopes (RFC 6749 §3.3), each some actions of the table of rights.

A token does what its role gives **and** its scope holds; a gateway's is all that gateways do.
"""

GATEWAY = "gateway"
SCOPES: dict[str, frozenset[str]] = {
    "dicomweb.read": frozenset({"images.query"}),
    "dicomweb.store": frozenset({"images.store"}),
    "worklist": frozenset({"gateway.worklist"}),
}
"""What a connected service may be given, on the exams of its own site."""
READ_AND_STORE = "dicomweb.read dicomweb.store"


def actions_of(scope: str) -> frozenset[str] | None:
    """Return the actions of a scope; None for a gateway's: its role says all. Unknown words give nothing."""
    words = scope.split()
    if words == [GATEWAY]:
        return None
    return frozenset().union(*(SCOPES.get(word, frozenset()) for word in words))


def scope_of(action: str) -> str:
    """Return the scope that holds an action, to say what a token lacks; the others are gateways'."""
    return next((word for word, actions in SCOPES.items() if action in actions), GATEWAY)
