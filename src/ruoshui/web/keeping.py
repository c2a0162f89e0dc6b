"""What somebody typed is kept in their browser until we say that we have it (frontend/src/keeping.ts).

Each form says by its key whose it is: what one person typed is never sent as another's who signed in meanwhile.
"""

import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.organization.models import Staff

HAS_IT = "has_it"  # the cookie: the ends of the keys of the forms that were done, the latest last
TAIL, AT_MOST, FOR_SECONDS = 8, 10, 86400
ENDS = re.compile(r"[\w-]{8}", re.ASCII)


class AnothersForm(Refusal):
    code, status = "form-of-another", 409
    text = _(
        "Somebody else was signed in when this form was opened, so it was not sent in your name. "
        "What they typed is kept for them."
    )


@cache
def mark_of(pk: int) -> str:
    """A person in the storage of a browser, where their number would say too much."""
    return salted_hmac("ruoshui.web.keeping", str(pk)).hexdigest()[:16]


def owner_of(request: HttpRequest) -> str:
    """Who types here; empty for a visitor."""
    user = getattr(request, "user", None)
    return mark_of(user.pk) if isinstance(user, Staff) else ""


def is_anothers(request: HttpRequest, key: str) -> bool:
    """Keys made for a person begin with their mark. Who is not signed in is asked to sign in, not refused."""
    owner, dot, _rest = key.partition(".")
    mine = owner_of(request)
    return bool(dot and mine) and owner != mine


def say_it_is_here(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """The browser need keep it no longer."""
    known = [one for one in request.COOKIES.get(HAS_IT, "").split(".") if ENDS.fullmatch(one)]
    ends = [*(one for one in known if one != key[-TAIL:]), key[-TAIL:]][-AT_MOST:]
    if all(ENDS.fullmatch(one) for one in ends):
        response.set_cookie(
            HAS_IT, ".".join(ends), max_age=FOR_SECONDS, secure=settings.SECURE, httponly=False, samesite="Lax"
        )
