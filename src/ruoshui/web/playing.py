"""Voices and films of customers, in the parts that a player asks for (RFC 9110, ranges)."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ruoshui.cases.models import Attachment
from ruoshui.web.conversation import file_response

RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")
PIECE = 1 << 16


def attached_file(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The whole as a download; of what a page plays, the part that is asked for."""
    if not attachment.played_as:
        return file_response(attachment)
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    response: HttpResponseBase = _part(attachment, *asked.groups()) if asked else file_response(attachment)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _part(attachment: Attachment, first: str, last: str) -> StreamingHttpResponse:
    size = attachment.size
    begin, end = int(first), min(int(last or size), size - 1)
    if begin > end:
        return StreamingHttpResponse(iter(()), status=416, headers={"Content-Range": f"bytes */{size}"})
    file = attachment.file.open("rb")
    file.seek(begin)
    answer = StreamingHttpResponse(_pieces(file, end - begin + 1), status=206, content_type=attachment.content_type)
    answer.headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    answer.headers["Content-Length"] = str(end - begin + 1)
    return answer


def _pieces(file: IO[bytes], left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
