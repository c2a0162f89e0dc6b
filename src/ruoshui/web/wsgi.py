"""Django, loaded once, before the processes of the web part."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
os.environ["RUOSHUI_PART"] = "pages"  # who waits for a page does not wait for ever: settings/bounds.py
application = get_wsgi_application()
# What is loaded stays: no collection need look at it again, and its pages stay shared between the processes.
gc.freeze()
# A collection stops every request: rarely of the young, seldom of more than those.
gc.set_threshold(10_000, 5, 100)
