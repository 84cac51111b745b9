"""Follow the messages of one association: serve C-STORE, leave the rest to others (PS3.7 §6.3, §9.1.1).

Without a socket: what comes is taken fragment by fragment, what goes out is called back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .command import (
    StoreRequest,
    encode_command_pdus,
    encode_store_response,
    encode_value_pdu,
    has_data_set,
    parse_store_request,
)
from .logs import log
from .pdu import Fragment, OtherPdu
from .spool import Spool
from .store import (
    CANNOT_UNDERSTAND,
    PROCESSING_FAILURE,
    SOP_CLASS_NOT_SUPPORTED,
    IncomingObject,
    Outcome,
    RefusedError,
)

LONGEST_COMMAND_BYTES = 16 << 10


class ProtocolError(ValueError):
    """Say which message may not come here."""


@dataclass(frozen=True)
class Agreed:
    """What an association was accepted for: the transfer syntax of each context; those of objects."""

    calling_ae_title: str
    transfer_syntaxes: Mapping[int, str]
    storage: frozenset[int]
    longest_answer: int


@dataclass(frozen=True)
class _Storing:
    """The C-STORE under way."""

    context_id: int
    request: StoreRequest
    incoming: IncomingObject


class StoreDialogue:
    """The messages of one association.

    `answer` sends PDUs to the peer, `offer` gives those received to whoever serves the rest.
    """

    def __init__(
        self,
        agreed: Agreed,
        spool: Spool,
        *,
        answer: Callable[[bytes], None],
        offer: Callable[[bytes], None],
    ) -> None:
        self._agreed = agreed
        self._spool = spool
        self._answer = answer
        self._offer = offer
        self._command = bytearray()
        self._command_context_id = 0
        self._storing: _Storing | None = None
        self._offers_data_set = False

    def take(self, parts: Iterable[Fragment | OtherPdu]) -> None:
        """Take what came next; of its memory nothing is used afterwards.

        Raises ProtocolError or MalformedCommandError: nothing more may come then.
        """
        for part in parts:
            self._take_part(part)
        if self._storing:
            self._storing.incoming.flush()

    def _take_part(self, part: Fragment | OtherPdu) -> None:
        if isinstance(part, OtherPdu):
            self._offer(part.content)
        elif part.context_id not in self._agreed.transfer_syntaxes:
            raise ProtocolError(f"a message under context {part.context_id}, which was not accepted")
        elif part.is_command:
            self._take_command(part)
        else:
            self._take_data(part)

    def abandon(self) -> None:
        """Forget the object under way, which the peer will not finish."""
        if self._storing:
            log.warning("object_cut", sop_instance_uid=self._storing.request.sop_instance_uid)
            self._storing.incoming.abandon()
            self._storing = None

    def _take_command(self, part: Fragment) -> None:
        if self._storing or self._offers_data_set:
            raise ProtocolError("a command set in the middle of a data set")
        if self._command and part.context_id != self._command_context_id:
            raise ProtocolError("a command set under two contexts")
        self._command_context_id = part.context_id
        self._command += part.value
        if len(self._command) > LONGEST_COMMAND_BYTES:
            raise ProtocolError("a command set without end")
        if part.is_last:
            command = bytes(self._command)
            self._command.clear()
            self._begin(part.context_id, command)

    def _begin(self, context_id: int, command: bytes) -> None:
        request = parse_store_request(command)
        if request is None:
            self._offers_data_set = has_data_set(command)
            self._offer(encode_value_pdu(command, context_id=context_id, is_last=True))
            return
        incoming = IncomingObject(
            request,
            self._spool,
            transfer_syntax_uid=self._agreed.transfer_syntaxes[context_id],
            calling_ae_title=self._agreed.calling_ae_title,
            refusal=self._why_refused(context_id, request),
        )
        storing = _Storing(context_id, request, incoming)
        if request.has_data_set:
            self._storing = storing
        else:
            self._end(storing)

    def _why_refused(self, context_id: int, request: StoreRequest) -> RefusedError | None:
        if context_id not in self._agreed.storage:
            return RefusedError(SOP_CLASS_NOT_SUPPORTED, "this context is not for objects")
        if not request.has_data_set:
            return RefusedError(CANNOT_UNDERSTAND, "there is no data set")
        return None

    def _take_data(self, part: Fragment) -> None:
        if self._storing:
            if part.context_id != self._storing.context_id:
                raise ProtocolError("a data set under another context than its command set")
            self._storing.incoming.write(part.value)
            if part.is_last:
                storing, self._storing = self._storing, None
                self._end(storing)
        elif self._offers_data_set:
            self._offers_data_set = not part.is_last
            value = bytes(part.value)
            self._offer(
                encode_value_pdu(value, context_id=part.context_id, is_command=False, is_last=part.is_last)
            )
        else:
            raise ProtocolError("a data set without a command set")

    def _end(self, storing: _Storing) -> None:
        """Answer a request: with its object durable, or with why it is not kept."""
        try:
            outcome = storing.incoming.finish()
        except Exception:  # the boundary of a request: logged with its traceback, and the sender is told
            log.exception("store_failed")
            outcome = Outcome(PROCESSING_FAILURE, "the gateway failed")
        response = encode_store_response(storing.request, outcome.status, outcome.comment)
        self._answer(
            encode_command_pdus(response, context_id=storing.context_id, longest=self._agreed.longest_answer)
        )
