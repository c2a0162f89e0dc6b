"""Voices that no browser plays, such as WeChat's AMR, as WAV; in a process of its own (`core.apart`).

`python -m ruoshui.core.sounds SECONDS MEMORY` is that process.
"""

import io
import wave
from contextlib import suppress

from ruoshui.core.apart import Apart, Broken, TooCostly, serve

SECONDS, MEMORY = 10, 2 << 30
MOST_SECONDS = 300  # a voice message of WeChat lasts a minute; 300 s are 9.6 MB at 16,000 samples a second
DECODER = Apart("ruoshui.core.sounds", seconds=SECONDS, memory=MEMORY, answers=20)


def wav_of(content: bytes) -> bytes:
    """The first five minutes of it; empty when it cannot be decoded. Raises OSError for a fault that passes."""
    try:
        return DECODER.ask(content)
    except (TooCostly, Broken):
        return b""


def _decoded(content: bytes) -> bytes:
    import av

    written = io.BytesIO()
    with av.open(io.BytesIO(content), "r") as container, wave.open(written, "wb") as file:
        stream = container.streams.audio[0]
        rate = stream.rate
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        plain, left = av.AudioResampler(format="s16", layout="mono", rate=rate), MOST_SECONDS * rate
        with suppress(av.FFmpegError):  # one that is cut is heard as far as it goes
            for frame in container.decode(stream):
                for part in plain.resample(frame):
                    file.writeframes(bytes(part.planes[0])[: 2 * min(part.samples, left)])
                    left -= part.samples
                if left <= 0:
                    break
        if left == MOST_SECONDS * rate:
            raise ValueError("there is no sound in it")
    return written.getvalue()


if __name__ == "__main__":
    serve(_decoded)
