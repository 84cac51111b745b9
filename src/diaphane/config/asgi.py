"""The ASGI application: the raw live route first, Django for the rest."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diaphane.config.settings")
application = get_asgi_application()
