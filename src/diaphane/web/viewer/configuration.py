"""OHIF's configuration: our DICOMweb, no study list, no other source, nothing outside."""

import json

from django.utils.translation import gettext as _

from .layouts import LAYOUTS
from .policy import BASE
from .words import write_words

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
_SCRIPT = """\
(function () {
  const root = window.location.origin + "/dicomweb";
  const source = %(source)s;
  source.qidoRoot = source.wadoRoot = source.wadoUriRoot = root;
  window.config = %(configuration)s;
  window.config.dataSources = [{
    namespace: "@ohif/extension-default.dataSourcesModule.dicomweb",
    sourceName: "diaphane",
    configuration: source,
  }];
  // On a telephone the tools take the whole width: the page above names the patient, and leads elsewhere.
  const isNarrow = window.innerWidth < 700;
  const logo = isNarrow ? "" : "Diaphane";
  window.config.whiteLabeling = {
    createLogoComponentFn: (React) => React.createElement("span", { className: "text-white" }, logo),
  };
  window.config.httpErrorHandler = () => {};
  // Beside a text, the page around names the patient and the frame is narrow: no name over the tools, and
  // on a telephone no list of series over the image. In a window of its own, the viewer names the patient.
  const isBesideText = window.parent !== window.top;
  window.config.showPatientInfo = isBesideText || isNarrow ? "disabled" : "visible";
  window.config.modesConfiguration = { "@ohif/mode-longitudinal": { routes: { 0: { layoutInstance: { props: {
    leftPanelClosed: { $set: isNarrow },
  } } } } } };
%(layouts)s%(spoken)s})();
"""


def write_configuration() -> str:
    """Return the script that OHIF reads before it starts."""
    words = {"current": _("Current exam"), "prior": _("Prior exam")}
    return _SCRIPT % {
        "source": json.dumps(_SOURCE),
        "configuration": json.dumps(_CONFIGURATION),
        "layouts": LAYOUTS.replace("WORDS", json.dumps(words)),
        "spoken": write_words(),
    }
