import sys

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from ruoshui.core.refusals import NotFound
from ruoshui.core.trouble import Trouble, trouble_of

# Fields of a form that are no view's: the key under which it is done once, and how often it has sent itself again.
ONCE, AGAIN = "once_key", "sent_again"
RETRY_SECONDS, MOST_TRIES = 3, 20


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "refusal.html", {"refusal": NotFound()}, status=404)


def chosen_theme(request: HttpRequest) -> str:
    """For pages without our scripts: they cannot ask how the system is."""
    return "dark" if request.COOKIES.get(settings.THEME_COOKIE_NAME) == "dark" else "light"


def bare(request: HttpRequest, status: int, text: str, head: str = "") -> HttpResponse:
    """A page for which no session, database and template may be needed; light or dark as its reader has chosen."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE_NAME)
    scheme = chosen if chosen in ("light", "dark") else "light dark"
    return HttpResponse(
        "<!doctype html><html lang=zh-Hans><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<meta name=color-scheme content='{scheme}'><style>:root{{color-scheme:{scheme}}}"
        "body{font:16px/1.7 sans-serif;margin:0;padding:12vh 1rem;background:Canvas;color:CanvasText}"
        "main{max-width:36rem;margin:0 auto;padding:1rem 1.75rem;border:1px solid GrayText;border-radius:12px}"
        "strong{font-size:1.2rem}</style>"
        f"{head}<title>{status} · 若水 Ruoshui</title><main><p><strong>若水 Ruoshui</strong><p>{text}"
        "<p><a href='/'>返回首页 Back to the start</a></main>",
        status=status,
    )


def no_room(request: HttpRequest) -> HttpResponse:
    """The disk is full: no session and no template may be needed here."""
    response = bare(
        request,
        507,
        "服务器存储空间已满，您的内容没有保存。请返回上一页，稍后重新提交。<br>The server has no room left and kept "
        "nothing of this. Go back and send it again later.",
    )
    response.headers["Retry-After"] = "60"
    return response


def away(request: HttpRequest) -> HttpResponse:
    """The database is away: no session and no template may be needed here. Whether a lost commit was kept is not known;
    a form with a key is sent again by the page itself, and is done once.
    """
    sent = _sent(request)
    tries = int(number) if (number := str(sent.get(AGAIN, "0"))).isdecimal() and len(number) < 3 else 0
    if request.method != "POST":
        what = "页面会自动重试。<br>This page tries again by itself."
    elif ONCE not in sent:
        what = (
            "我们无法确认您提交的内容是否已保存，请先查看，再决定是否重新提交。<br>We do not know whether what "
            "you sent was kept: look before you send it again."
        )
    else:
        by_itself = tries < MOST_TRIES and not request.FILES
        chinese = "本页会自动再次提交" if by_itself else "请再次提交"
        english = "This page sends it again by itself" if by_itself else "Send it again"
        what = (
            f"我们无法确认您提交的内容是否已保存。{chinese}：同一次提交不会重复办理。<br>We do not know whether what "
            f"you sent was kept. {english}: it will not be done twice."
        )
        what += _form_again(request, sent, tries)
    again = f"<meta http-equiv=refresh content={RETRY_SECONDS}>" if request.method == "GET" else ""
    text = f"系统暂时无法访问数据库。<br>The database cannot be reached just now.</p><p>{what}</p>"
    response = bare(request, 503, text, again)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _sent(request: HttpRequest) -> QueryDict:
    """What the form brought, also when the database was lost before anybody looked at its key."""
    try:
        return getattr(request, "as_sent", None) or request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, OSError):
        return QueryDict()


def _form_again(request: HttpRequest, sent: QueryDict, tries: int) -> str:
    """The same form once more, which sends itself some times; files do not come back to us, the browser has them."""
    if request.FILES:
        return "<p>请刷新本页，浏览器会重新发送。<br>Reload this page: the browser sends it again.</p>"
    fields = [(name, value) for name, values in sent.lists() if name != AGAIN for value in values]
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', [*fields, (AGAIN, tries + 1)])
    itself = f"data-again={RETRY_SECONDS}" if tries < MOST_TRIES else ""
    return format_html(
        '<form method="post" action="{}" {}>{}<p><button style="font:inherit;padding:.5rem 1.2rem">再次提交 Send again'
        '</button></p></form><script src="/{}again.js"></script>',
        request.get_full_path(),
        mark_safe(itself),  # noqa: S308 ours
        hidden,
        settings.STATIC_URL.lstrip("/"),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """What nobody caught, also outside of any view: no database, no session may be assumed here."""
    trouble = trouble_of(wrong) if (wrong := sys.exc_info()[1]) else None
    if trouble is Trouble.DATABASE:
        return away(request)
    if trouble is Trouble.NO_ROOM:
        return no_room(request)
    if request.method in ("GET", "HEAD"):
        chinese, english = "请稍后重试。", "Try again later."
    else:
        chinese = "我们无法确认您提交的内容是否已保存，请先查看，再决定是否重新提交。"
        english = "We do not know whether what you sent was kept: look before you send it again."
    said = f"系统出现故障，已记录。{chinese}<br>Something went wrong on our side and is on record. {english}"
    return bare(request, 500, said)
