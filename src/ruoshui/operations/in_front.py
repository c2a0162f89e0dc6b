"""What the doctor says of what stands in front of the web."""

import time
from datetime import UTC, datetime

from django.conf import settings

from ruoshui.operations.findings import LOOK, OK, Findings
from ruoshui.web.forwarded import last_seen

DAYS = 7 * 24 * 3600
MEND = "set RUOSHUI_PROXIES to the number of your proxies that write X-Forwarded-For, and open the port to them alone"


def examine_front() -> Findings:
    if settings.PROXIES:
        yield OK, f"the address of who asks is the one that {settings.PROXIES} proxies name", ""
        return
    seen = last_seen()
    if seen is not None and time.time() - seen < DAYS:
        moment = f"{datetime.fromtimestamp(seen, UTC):%Y-%m-%d %H:%M} UTC"
        yield LOOK, f"a proxy named addresses ({moment}), but RUOSHUI_PROXIES is 0: all behind it count as one", MEND
    elif settings.SECURE:
        yield LOOK, "the address is https, so a proxy stands in front, but RUOSHUI_PROXIES is 0", MEND
    else:
        yield OK, "no proxy stands in front", ""
