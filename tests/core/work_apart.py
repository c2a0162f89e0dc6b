"""Work that goes wrong as it is told to; run by `core.apart` as a program of its own."""

import os
import signal

from ruoshui.core.apart import DONE, LENGTH, serve

UNASKED = {b"garbage": b"no answer at all, and no end of it", b"flood": LENGTH.pack(DONE, 1 << 60)}


def work(told: bytes) -> bytes:
    match told:
        case b"hang":
            while True:
                pass
        case b"swell":
            return bytes(4 << 30)
        case b"fail":
            raise ValueError("no such thing")
        case b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"recurse":
            return work(told)
        case b"environment":
            return ",".join(sorted(os.environ)).encode()
        case b"who":
            return str(os.getpid()).encode()
        case b"garbage" | b"flood":
            os.write(1, UNASKED[told])
        case b"silent":
            os.close(1)
            signal.pause()
    return told[::-1]


if __name__ == "__main__":
    serve(work)
