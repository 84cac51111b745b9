"""The ASGI application: the raw live route first, the short way to DICOMweb, Django for the rest."""

import os
from typing import cast

from asgiref.typing import ASGI3Application
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diaphane.config.settings")
_django = cast(ASGI3Application, get_asgi_application())

# The models must be loaded first.
from diaphane.interop.dicomweb.direct import DirectWay  # noqa: E402
from diaphane.web.live.route import LiveRoute  # noqa: E402

application = LiveRoute(DirectWay(_django))
