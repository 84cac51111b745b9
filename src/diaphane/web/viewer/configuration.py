"""OHIF's configuration: our DICOMweb, no study list, no other source, nothing outside.

What the platform knows is given as data to the scripts of ``script/``, which OHIF reads before it starts.
"""

import json
from pathlib import Path

from .policy import BASE
from .spoken import list_spoken
from .words import list_words

PROTOCOL = "diaphane"
"""The hanging protocol's name in the viewer's address (``script/layouts.js``)."""
SERIES = "besideSeries"
"""The parameter that names the two series to compare, the current one first (``imaging/beside.py``)."""
ACT = "acte"
"""The parameter that names the act whose images these are (``script/keys.js``)."""

AS_STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
"""Take frames as they are stored: HTJ2K is decoded by the viewer itself."""

_SOURCE = {
    "friendlyName": "Diaphane",
    "name": "diaphane",
    "qidoSupportsIncludeField": True,
    "supportsReject": False,
    "supportsStow": True,
    "imageRendering": "wadors",
    "thumbnailRendering": "wadors",
    "enableStudyLazyLoad": True,
    "supportsFuzzyMatching": True,
    "supportsWildcard": True,
    "dicomUploadEnabled": False,
    "omitQuotationForMultipartRequest": False,
    "acceptHeader": [AS_STORED],
    "bulkDataURI": {"enabled": True},
}
_CONFIGURATION = {
    "name": "diaphane",
    "routerBasename": BASE.rstrip("/"),
    "extensions": [],
    "modes": [],
    "customizationService": [{"ohif.tours": {"$set": []}}],
    "showStudyList": False,
    "investigationalUseDialog": {"option": "never"},
    "showWarningMessageForCrossOrigin": False,
    "showCPUFallbackMessage": False,
    "showLoadingIndicator": True,
    "showErrorDetails": "production",
    "strictZSpacingForVolumeViewport": True,
    "groupEnabledModesFirst": True,
    "allowMultiSelectExport": False,
    "maxNumberOfWebWorkers": 3,
    "maxNumRequests": {"interaction": 100, "thumbnail": 5, "prefetch": 25},
    "defaultDataSourceName": "diaphane",
}
_SCRIPTS = ("start", "keys", "layouts", "tools", "words")
_FOLDER = Path(__file__).with_name("script")


def write_configuration(*, marks: bool) -> str:
    """Return the script that OHIF reads before it starts; ``marks``: whoever looks may keep key images."""
    given = {
        "source": _SOURCE,
        "configuration": _CONFIGURATION,
        "words": list_words(),
        "spoken": list_spoken(),
        "marks": marks,
    }
    scripts = "".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    return f"(function () {{\nconst given = {json.dumps(given)};\n{scripts}}})();\n"
