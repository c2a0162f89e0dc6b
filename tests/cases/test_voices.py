"""A voice that no browser plays is heard on the page of its case by whoever may see the case, and by nobody else."""

import io
import wave

import numpy as np
import pytest

from ruoshui.cases.models import Attachment
from ruoshui.core import sounds
from ruoshui.core.apart import Apart
from ruoshui.core.content import keep_content
from ruoshui.core.sounds import MOST_SECONDS, wav_of
from tests.cases.sounds import amr
from tests.database import ROOT

EMPTY_SECOND = (bytes([0x3C]) + bytes(31)) * 50  # 50 frames of 12.2 kbit/s


@pytest.fixture
def voice(opened):
    """`content` attached to what a customer said on their case."""
    message = opened().messages.first()

    def attach(content):
        row = Attachment(message=message, name="voice.amr", content_type="audio/amr")
        keep_content(row, content)
        row.save()
        return row

    return attach


def heard(sound):
    """(seconds, the hertz that is loudest)"""
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    loudness = np.abs(np.fft.rfft(samples))
    return len(samples) / rate, round(float(np.argmax(loudness)) * rate / len(samples))


def test_amr_is_heard_as_it_was_spoken():
    seconds, hertz = heard(wav_of(amr(2)))
    assert abs(seconds - 2) <= 0.05
    assert abs(hertz - 440) <= 2


def test_wideband_amr_is_heard_with_its_own_rate():
    frame = bytes([0x44]) + bytes(60)  # mode 8, 23.85 kbit/s
    with wave.open(io.BytesIO(wav_of(b"#!AMR-WB\n" + frame * 50))) as file:
        assert (file.getframerate(), file.getnframes()) == (16_000, 16_000)


def test_of_an_endless_one_five_minutes_are_heard():
    with wave.open(io.BytesIO(wav_of(b"#!AMR\n" + EMPTY_SECOND * (MOST_SECONDS + 60)))) as file:
        assert file.getnframes() == MOST_SECONDS * 8000


@pytest.mark.parametrize(
    "content", [b"#!AMR\n", b"#!AMR", b"#!AMR\n" + b"\xff" * 4000, b"#!AMR-WB_MC1.0\n" + bytes(99)]
)
def test_what_cannot_be_decoded_is_not_there_to_be_played(voice, content, client, demo):
    row = voice(content)
    client.force_login(demo.staff["chen"])
    assert client.get(f"/work/files/{row.pk}", {"play": "1"}).status_code == 404
    assert b"".join(client.get(f"/work/files/{row.pk}").streaming_content) == content


def test_one_that_is_cut_is_heard_as_far_as_it_goes():
    seconds, _hertz = heard(wav_of(amr(2)[:-500]))
    assert 1 < seconds < 2


def test_the_page_plays_it_in_parts_and_the_download_is_the_original(voice, client, demo):
    content = amr(1)
    row = voice(content)
    client.force_login(demo.staff["chen"])
    address = f"/work/files/{row.pk}"
    whole = client.get(address, {"play": "1"})
    sound = whole.content
    assert (whole.status_code, whole["Content-Type"], whole["Accept-Ranges"]) == (200, "audio/wav", "bytes")
    part = client.get(address, {"play": "1"}, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(sound)}")
    assert b"".join(part.streaming_content) == sound[100:200]
    assert client.get(address, {"play": "1"}, headers={"Range": f"bytes={len(sound)}-"}).status_code == 416
    original = client.get(address)
    assert b"".join(original.streaming_content) == content
    assert original["Content-Disposition"].startswith("attachment")
    assert f'src="{address}?play=1"' in client.get(f"/work/cases/{row.message.case_id}").content.decode()


def test_a_stranger_hears_nothing(voice, client, demo):
    row = voice(amr(1))
    assert client.get(f"/work/files/{row.pk}", {"play": "1"}).status_code == 302
    client.force_login(demo.staff["south"])
    assert client.get(f"/work/files/{row.pk}", {"play": "1"}).status_code == 404


def test_where_the_decoder_does_not_start_the_player_is_told_to_ask_again(voice, client, demo, monkeypatch):
    monkeypatch.setattr(sounds, "DECODER", Apart("ruoshui.no_such_module", seconds=5, memory=1 << 30))
    row = voice(amr(0.5, hertz=300))
    client.force_login(demo.staff["chen"])
    answer = client.get(f"/work/files/{row.pk}", {"play": "1"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_one_that_takes_too_long_is_not_there_to_be_played(voice, client, demo, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(sounds, "DECODER", Apart("tests.core.work_apart", seconds=1, memory=1 << 30))
    row = voice(b"hang")
    client.force_login(demo.staff["chen"])
    assert client.get(f"/work/files/{row.pk}", {"play": "1"}).status_code == 404


def test_what_is_no_voice_is_never_decoded(voice, client, demo):
    row = voice(b"words")
    Attachment.objects.filter(pk=row.pk).update(content_type="text/plain")
    client.force_login(demo.staff["chen"])
    assert b"".join(client.get(f"/work/files/{row.pk}", {"play": "1"}).streaming_content) == b"words"
