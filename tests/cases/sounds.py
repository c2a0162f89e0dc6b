"""Voices as phones record them, made here: a tone, encoded as WeChat sends it."""

import io

import av
import numpy as np


def amr(seconds: float, *, hertz: int = 440) -> bytes:
    """AMR with 8,000 samples a second."""
    rate, written = 8000, io.BytesIO()
    wave = (8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)
    with av.open(written, "w", format="amr") as container:
        stream = container.add_stream("libopencore_amrnb", rate=rate, layout="mono")
        stream.bit_rate = 12_200
        for first in range(0, len(wave), 160):
            piece = np.zeros((1, 160), np.int16)
            piece[0, : len(wave[first : first + 160])] = wave[first : first + 160]
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written.getvalue()
