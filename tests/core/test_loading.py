"""What a process has loaded when it begins to serve."""

import os
import subprocess
import sys


def test_the_web_loads_all_pages_before_it_is_copied_and_nothing_that_few_need():
    """Where the pages were missing each process loaded them at its first request."""
    code = "import ruoshui.web.wsgi, gc, sys; print(gc.get_freeze_count() > 100_000, *sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ruoshui.settings.base"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    frozen, *loaded = done.stdout.split()
    assert frozen == "True"
    assert {"ruoshui.web.urls", "ruoshui.web.branch.staffing", "ruoshui.web.api.main"} <= set(loaded)
    assert {"scipy", "numba", "openpyxl", "service_science.simulation"} & set(loaded) == set()
