"""Put the parts of a gateway together: DICOM services in front, encoding and sending behind."""

import errno
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from pynetdicom import AE, _config, evt
from pynetdicom.transport import ThreadedAssociationServer

from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

from .archive import Archive
from .asides import erase_discarded, tell_decisions
from .backlog import Backlog
from .commitment import STORAGE_COMMITMENT, OpenAssociations, answer_action
from .commitment_reporter import CommitmentReporter
from .commitments import Commitments
from .config import Config
from .credentials import Credentials, open_credentials
from .data_phase import serve_stores
from .echo import answer_echo
from .encoder import Encoder
from .enrolling import Renewal
from .exchange import StatusReporter, WorklistRefresher
from .faults import spell_fault
from .flow import Flow
from .forgetting import Forgetter
from .holdings import Holdings
from .logs import log
from .mpps import answer_create, answer_set
from .outgoing import Caller
from .peers import refuse_strangers
from .platform import Platform
from .priors import PriorFetcher
from .settings import ConfigError
from .spool import Spool
from .status import Status, get_status
from .status_server import Views, serve_status
from .step_sender import StepSender
from .steps import Steps
from .store import answer_store
from .tls import make_accepting_context, make_calling_context
from .uplink import Uplink
from .worklist import Worklist, answer_worklist

VERIFICATION = "1.2.840.10008.1.1"
MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31"
MODALITY_PERFORMED_PROCEDURE_STEP = "1.2.840.10008.3.1.2.3.3"
STEPS_FILE, COMMITMENTS_FILE = "steps.sqlite", "commitments.sqlite"
ENCODERS = 2
ASSOCIATIONS = 32
PDU_BYTES = 128 << 10
ACSE_SECONDS, DIMSE_SECONDS, NETWORK_SECONDS = 30.0, 30.0, 60.0
"""For an association to be made or released, for an answer, and without anything on the network."""
MEGABYTE = 1 << 20
REPORT_SECONDS = 1.0
RENEWAL_SECONDS = 2.0
PRIORS_SECONDS = 5.0
RESERVE_SECONDS = 1.0
DECISIONS_SECONDS = 1.0
ERASING_SECONDS = 3600.0
FORGETTING_SECONDS = 0.25
DAY_SECONDS = 24 * 3600.0
AFTER_FAILURE_SECONDS = 1.0


class Gateway:
    """A running gateway. Raises SpoolInUseError when another gateway works on the spool."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stop = threading.Event()
        self._spool = _open_spool(config)
        self._credentials = open_credentials(config)
        self._platform = Platform(url=config.platform_url, credentials=self._credentials)
        self._flow = Flow(config.ceilings)
        self._worklist = Worklist(config.spool / "worklist.json")
        self._steps = Steps(config.spool / STEPS_FILE)
        self._commitments = Commitments(config.spool / COMMITMENTS_FILE)
        self._associations = OpenAssociations()
        tls = make_calling_context(config.tls) if config.tls else None
        self._caller = Caller(config.ae_title, tls)
        self._entity = _make_entity(config)
        self._servers: list[ThreadedAssociationServer] = []
        self._status_server = (
            _serve_status(config, Views(self.get_status, config.site)) if config.status_port else None
        )

    def start(self) -> None:
        """Open the DICOM port and start the work behind it."""
        services = frozenset(str(context.abstract_syntax) for context in self._entity.supported_contexts)
        handlers: list[evt.EventHandlerType] = [
            (evt.EVT_CONN_OPEN, serve_stores, [self._spool, services]),
            (evt.EVT_REQUESTED, refuse_strangers, [self._config.peers]),
            (evt.EVT_C_ECHO, answer_echo),
            (evt.EVT_C_FIND, answer_worklist, [self._worklist]),
            (evt.EVT_N_CREATE, answer_create, [self._steps]),
            (evt.EVT_N_SET, answer_set, [self._steps]),
            (evt.EVT_N_ACTION, answer_action, [self._commitments, self._associations]),
        ]
        self._listen(handlers)
        self._repeat("reserve", self._reserve_slots, pause=RESERVE_SECONDS)
        self._repeat("decisions", lambda: tell_decisions(self._spool.journal), pause=DECISIONS_SECONDS)
        self._repeat("erase", lambda: erase_discarded(self._spool), pause=ERASING_SECONDS)
        forgetter = Forgetter(self._spool, remembered_seconds=self._config.remembered_days * DAY_SECONDS)
        self._repeat("forget", forgetter.forget_some, pause=FORGETTING_SECONDS)
        for _ in range(ENCODERS):
            self._repeat("encode", Encoder(self._spool).encode_next)
        uplink = Uplink(spool=self._spool, platform=self._platform, flow=self._flow, stop=self._stop)
        self._repeat("send", uplink.send_next)
        step_sender = StepSender(steps=self._steps, platform=self._platform, stop=self._stop)
        self._repeat("steps", step_sender.send_next)
        reporter = CommitmentReporter(
            commitments=self._commitments,
            associations=self._associations,
            holdings=Holdings(self._spool, self._platform),
            caller=self._caller,
            remotes={peer.ae_title: peer.listens_at for peer in self._config.peers if peer.listens_at},
        )
        self._repeat("commitments", reporter.answer_next)
        fetcher = PriorFetcher(
            platform=self._platform, archive=self._open_archive(), journal=self._spool.journal
        )
        self._repeat("priors", fetcher.answer_all, pause=PRIORS_SECONDS)
        refresher = WorklistRefresher(
            platform=self._platform,
            worklist=self._worklist,
            journal=self._spool.journal,
            every_seconds=self._config.worklist_poll_seconds,
        )
        status_reporter = StatusReporter(self._platform)
        if isinstance(self._credentials, Credentials):
            renewal = Renewal(self._credentials, self._platform)
            self._repeat("credentials", renewal.renew_when_due, pause=RENEWAL_SECONDS)
        self._repeat("worklist", refresher.refresh, pause=refresher.every_seconds)
        self._repeat("report", lambda: status_reporter.report(self.get_status()), pause=REPORT_SECONDS)
        log.info(
            "edge_started", site=self._config.site, ae_title=self._config.ae_title, port=self._config.port
        )

    def _open_archive(self) -> Archive | None:
        """Return the site's archive, if one is configured."""
        address = self._config.archive
        return (
            Archive(address, self._caller, lambda event: answer_store(event, self._spool))
            if address
            else None
        )

    def _listen(self, handlers: list[evt.EventHandlerType]) -> None:
        """Open the DICOM port, the one over TLS, or both. Raises ConfigError."""
        tls = self._config.tls
        doors: dict[int, ssl.SSLContext | None] = {self._config.port: None}
        if tls:
            doors[tls.port] = make_accepting_context(tls)
        for port, context in doors.items():
            if not port:
                continue
            try:
                server = self._entity.start_server(
                    (self._config.host, port), block=False, ssl_context=context, evt_handlers=handlers
                )
            except OSError as error:
                raise _say_closed("tls.port" if context else "port", port, error) from error
            if server is not None:
                self._servers.append(server)

    def get_status(self) -> Status:
        """Return the state of the gateway."""
        return get_status(
            ae_title=self._config.ae_title,
            spool=self._config.spool,
            journal=self._spool.journal,
            bytes_a_second=self._flow.measure_speed(),
            contact=self._platform.contact,
            backlog=Backlog.of(self._steps, self._commitments),
            credential=self._credentials.state,
        )

    def _reserve_slots(self) -> None:
        while not self._stop.is_set() and self._spool.slots.reserve_one():
            pass

    def stop(self) -> None:
        """Stop taking and sending. What is under way stays in the spool: nothing needs to be waited for."""
        self._stop.set()
        for association in self._entity.active_associations:
            if association.is_established:
                association.abort()
        for server in self._servers:
            server.shutdown()
        if self._status_server:
            self._status_server.shutdown()
        log.info("edge_stopped")

    def _repeat(self, name: str, step: Callable[[], object], *, pause: float = 0.0) -> None:
        """Run a step again and again in a thread, surviving what it raises."""

        def run() -> None:
            while not self._stop.is_set():
                try:
                    step()
                except Exception:  # the boundary of a thread: logged with its traceback, and tried again
                    log.exception("step_failed", step=name)
                    self._stop.wait(AFTER_FAILURE_SECONDS)
                self._stop.wait(pause)

        threading.Thread(target=run, name=name, daemon=True).start()


def _open_spool(config: Config) -> Spool:
    """Open the spool. Raises SpoolInUseError, ConfigError when the disk does not let it."""
    try:
        return Spool(
            config.spool,
            spared_bytes=int(config.spared_megabytes * MEGABYTE),
            reserved_bytes=int(config.reserved_megabytes * MEGABYTE),
        )
    except OSError as error:
        what = f"« spool » : {config.spool}, {spell_fault(error)}"
        raise ConfigError(f"{what} ; écrivez un dossier où la passerelle peut écrire.") from error


def _serve_status(config: Config, views: Views) -> ThreadingHTTPServer:
    """Serve the status page. Raises ConfigError."""
    try:
        return serve_status(config.status_port, views)
    except OSError as error:
        raise _say_closed("status_port", config.status_port, error) from error


def _say_closed(key: str, port: int, error: OSError) -> ConfigError:
    """Say why a port cannot be opened: the address to listen at may be at fault."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return ConfigError(
            f"« host » : {spell_fault(error)} ; écrivez une adresse de cette machine, ou 0.0.0.0."
        )
    what = f"« {key} » : le port {port} ne s’ouvre pas, {spell_fault(error)}"
    return ConfigError(f"{what} ; écrivez un autre port, ou libérez celui-ci.")


def _make_entity(config: Config) -> AE:
    """Make the application entity: echo, worklist, every storage class and transfer syntax."""
    _config.UNRESTRICTED_STORAGE_SERVICE = True
    entity = AE(config.ae_title)
    entity.require_called_aet = True
    entity.maximum_associations = ASSOCIATIONS
    entity.maximum_pdu_size = PDU_BYTES
    entity.acse_timeout, entity.dimse_timeout = ACSE_SECONDS, DIMSE_SECONDS
    entity.network_timeout = NETWORK_SECONDS
    entity.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    entity.implementation_version_name = IMPLEMENTATION_VERSION_NAME
    entity.add_supported_context(VERIFICATION)
    entity.add_supported_context(MODALITY_WORKLIST_FIND)
    entity.add_supported_context(MODALITY_PERFORMED_PROCEDURE_STEP)
    entity.add_supported_context(STORAGE_COMMITMENT)
    return entity
