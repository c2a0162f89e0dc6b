"""Voices and films of customers, in the parts that a player asks for (RFC 9110, ranges)."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ruoshui.cases.models import Attachment
from ruoshui.core.refusals import NotFound
from ruoshui.core.sounds import wav_of
from ruoshui.web.conversation import file_response

RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")
PIECE = 1 << 16


def attached_file(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The whole as a download; of what a page plays, the part that is asked for.

    `?play`: what no browser plays comes as one does.
    """
    if attachment.is_decoded and request.GET.get("play"):
        return _decoded(request, attachment)
    if not attachment.played_as:
        return file_response(attachment)
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    response: HttpResponseBase = _part(attachment, *asked.groups()) if asked else file_response(attachment)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _decoded(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    try:
        sound = _sound(attachment.digest, attachment.file.name)
    except OSError:  # of this machine, and it passes
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    if not sound:
        raise NotFound
    first, last = asked.groups() if (asked := RANGE.fullmatch(request.headers.get("Range", ""))) else ("", "")
    response: HttpResponseBase = (
        _part_of(io.BytesIO(sound), len(sound), "audio/wav", first, last)
        if first
        else HttpResponse(sound, content_type="audio/wav")
    )
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@lru_cache(maxsize=2)  # a player asks for the same voice in several parts
def _sound(_digest: str, name: str) -> bytes:
    with default_storage.open(name) as file:
        return wav_of(file.read())


def _part(attachment: Attachment, first: str, last: str) -> StreamingHttpResponse:
    return _part_of(attachment.file.open("rb"), attachment.size, attachment.content_type, first, last)


def _part_of(file: IO[bytes], size: int, kind: str, first: str, last: str) -> StreamingHttpResponse:
    begin, end = int(first), min(int(last or size), size - 1)
    if begin > end:
        file.close()
        return StreamingHttpResponse(iter(()), status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(begin)
    answer = StreamingHttpResponse(_pieces(file, end - begin + 1), status=206, content_type=kind)
    answer.headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    answer.headers["Content-Length"] = str(end - begin + 1)
    return answer


def _pieces(file: IO[bytes], left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
