"""The web as gunicorn loads it, once, before its processes part."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
application = get_wsgi_application()
# What is loaded stays: no collection need look at it again, and its pages stay shared between the processes.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
