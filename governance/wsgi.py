"""The web process: `gunicorn --config python:governance.gunicorn governance.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from governance.api import waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

application = get_wsgi_application()
# Before the workers are forked, which count among one another who waits.
waiting.prepare()
