"""How long a search takes: ours, logged in with rights, and Orthanc's, on the same fictitious archive.

Each study of the archive is one series of one image of 8 × 8 pixels; Orthanc gets them by its REST interface,
our database by COPY. The reader is a radiologist to whom every act is open by a grant, with a session of a
browser. The larger archive is ours only.
"""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from .archive import orthanc_web, prepare_archive
from .platform import platform
from .reading import Reader, log_in, values_of
from .studies import DAYS_SEARCHED, MODALITIES_SEARCHED, make_study

WHO = "imageur@haute_lisiere"
STUDY_UID = "0020000D"
_STRIDE = 7919
"""A prime: successive searches look for studies far apart."""
_PAGE, _COMPARED = 50, 20
Seconds = dict[tuple[str, str], list[float]]


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the sizes."""
    parser.add_argument("--studies", type=int, default=20_000, help="studies on both sides (20 000)")
    parser.add_argument("--many", type=int, default=1_000_000, help="studies on our side only; 0: skip")
    parser.add_argument("--searches", type=int, default=20, help="searches of each kind in a round")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Search each archive in turn, the same studies, and compare medians."""
    with ExitStack() as stack:
        storage = prepare_archive(folder, options.studies)
        servers = [(stack.enter_context(orthanc_web(folder, storage)), options.studies)]
        for count in filter(None, (options.studies, options.many)):
            place = folder / f"platform-{count}"
            place.mkdir()
            ours = stack.enter_context(platform(place))
            servers.append((log_in(ours, studies=count, name=f"ours {count}", who=WHO), count))
        readers = {server.name: (server.connect(), count) for server, count in servers}
        _require_same_answers(*list(readers.values())[:2])
        seconds = _search_in_turn(readers, rounds=options.rounds, searches=options.searches)
    return _describe(seconds, options)


def _require_same_answers(theirs: tuple[Reader, int], ours: tuple[Reader, int]) -> None:
    """Compare what both find: a wrong answer is not a quick one.

    Raises:
        AssertionError: they differ.
    """
    (peer, count), (mine, _same) = theirs, ours
    for kind, write in KINDS.items():
        for place in range(_COMPARED):
            path = write(place * _STRIDE % count, count)
            found = [_find(each, path) for each in (peer, mine)]
            if len(found[1]) < _PAGE and found[0] != found[1]:
                raise AssertionError(f"{kind}: Orthanc finds {len(found[0])}, we find {len(found[1])}")


def _find(reader: Reader, path: str) -> set[str]:
    reader.renew()
    return set(values_of(reader.find(path), STUDY_UID))


def _search_in_turn(readers: dict[str, tuple[Reader, int]], *, rounds: int, searches: int) -> Seconds:
    seconds: Seconds = {}
    for number in range(-1, rounds):  # the first one warms up
        for name, (reader, count) in readers.items():
            reader.renew()
            for kind, write in KINDS.items():
                for place in range(searches):
                    path = write((number * searches + place) * _STRIDE % count, count)
                    took, _length = reader.time(path)
                    if number >= 0:
                        seconds.setdefault((name, kind), []).append(took)
    return seconds


def _by_prefix(number: int, count: int) -> str:
    return f"/studies?limit=50&PatientName={make_study(number, count).patient_name[:5]}*"


def _by_accession(number: int, count: int) -> str:
    return f"/studies?limit=50&AccessionNumber={make_study(number, count).accession_number}"


def _by_week(number: int, count: int) -> str:
    modality = MODALITIES_SEARCHED[number % len(MODALITIES_SEARCHED)]
    return f"/studies?limit=50&StudyDate={DAYS_SEARCHED}&ModalitiesInStudy={modality}"


KINDS: dict[str, Callable[[int, int], str]] = {
    "limit 50": lambda _number, _count: "/studies?limit=50",
    "name prefix": _by_prefix,
    "accession": _by_accession,
    "7 days + modality": _by_week,
}


def _describe(seconds: Seconds, options: argparse.Namespace) -> str:
    names = list(dict.fromkeys(name for name, _kind in seconds))
    lines = [
        f"QIDO-RS, {options.rounds} × {options.searches} searches of each kind, in turn; ms, median (p95)",
        "  " + f"{'':17}" + "".join(f"{name:>22}" for name in names) + f"{'ratio of medians':>19}",
    ]
    for kind in KINDS:
        measured = [seconds[name, kind] for name in names]
        cells = "".join(f"{median(each) * 1e3:12.2f} ({_p95(each) * 1e3:7.2f})" for each in measured)
        line = f"  {kind:17}{cells}{median(measured[0]) / median(measured[1]):19.1f}"
        if len(names) > 2:
            line += f"   p95 of {names[2]} / p95 of {names[1]}: {_p95(measured[2]) / _p95(measured[1]):.1f}"
        lines.append(line)
    lines.append("  The studies are of one image of 8 × 8 pixels; the larger archive is on our side only.")
    return "\n".join(lines)


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
