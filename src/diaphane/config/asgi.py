"""The ASGI application: the raw live route first, Django for the rest."""

import os
from typing import cast

from asgiref.typing import ASGI3Application
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diaphane.config.settings")
_django = cast(ASGI3Application, get_asgi_application())

from diaphane.web.live.route import LiveRoute  # noqa: E402 - the models must be loaded first

application = LiveRoute(_django)
