"""Django, loaded once, before the processes of the web part."""

import importlib
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ruoshui.core.loading import collect_seldom, keep_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
os.environ["RUOSHUI_PART"] = "pages"  # who waits for a page does not wait for ever: settings/bounds.py
collect_seldom()
application = get_wsgi_application()
importlib.import_module(settings.ROOT_URLCONF)  # else each process would load all pages at its first request
keep_loaded()
