from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ruoshui.core.refusals import NotFound


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "refusal.html", {"refusal": NotFound()}, status=404)


def no_room(request: HttpRequest) -> HttpResponse:
    """The disk is full: no session and no template may be needed here."""
    response = HttpResponse(
        "<!doctype html><meta charset=utf-8><title>507</title><p style='font:16px sans-serif;padding:3rem'>"
        "服务器存储空间已满，您的内容没有保存。请返回上一页，稍后重新提交。<br>The server has no room left and kept "
        "nothing of this. Go back and send it again later.",
        status=507,
    )
    response.headers["Retry-After"] = "60"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: no database, no session may be assumed here."""
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>500</title><p style='font:16px sans-serif;padding:3rem'>"
        "系统出了点问题，您的数据没有改变。请稍后重试。<br>Something went wrong on our side; nothing of yours was "
        "changed. Please try again in a moment.",
        status=500,
    )
