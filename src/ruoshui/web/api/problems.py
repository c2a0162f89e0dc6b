"""Every error is a problem (RFC 9457) with a code a program can decide on and a text a person can read."""

import logging
from typing import Any

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from ruoshui.core.plain_json import NotPlain, read_json
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.core.trouble import Trouble, trouble_of
from ruoshui.web.api.told import may_read_cases
from ruoshui.web.refused import note_refusal

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class Problem(Schema):
    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, list[str]] | None = None


class PlainParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)


class RuoshuiAPI(NinjaAPI):
    """Documents errors under their own media type."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **arguments: Any) -> OpenAPISchema:
        """Made once: it takes seconds, and anybody may ask. It is the same at every address, for ours is fixed."""
        if self._described is None:
            self._described = self._describe(**arguments)
        return self._described

    def _describe(self, **arguments: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**arguments)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, response in operation.get("responses", {}).items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
        return schema


ERRORS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503, 507), Problem)


def problem(
    api: NinjaAPI,
    request: HttpRequest,
    *,
    status: int,
    code: str,
    detail: str,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    body = Problem(title=code.replace("-", " "), status=status, code=code, detail=detail, errors=errors)
    response = api.create_response(request, body.model_dump(exclude_none=True), status=status)
    response["Content-Type"] = MEDIA_TYPE
    return response


SEND_A_TOKEN = "Send a valid token: Authorization: Bearer rs_…"  # noqa: S105 how to, no token


def answer_problems(api: NinjaAPI) -> None:
    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        note_refusal(request, refusal)
        errors = refusal.errors if isinstance(refusal, Invalid) else None
        known = getattr(request, "auth", None)
        detail = str(refusal) if known is None or may_read_cases(request) else refusal.without_words()
        return problem(api, request, status=refusal.status, code=refusal.code, detail=detail, errors=errors)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        errors = _by_field(wrong)
        detail = "The request does not fit the description: " + "; ".join(errors)
        return problem(api, request, status=422, code="invalid", detail=detail, errors=errors)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, wrong: AuthenticationError) -> HttpResponse:
        return problem(api, request, status=401, code="not-authenticated", detail=SEND_A_TOKEN)

    @api.exception_handler(HttpError)
    def malformed(request: HttpRequest, wrong: HttpError) -> HttpResponse:
        why = wrong.__cause__
        if isinstance(why, NotPlain) and why.place:
            errors = {why.field: [str(why.why)]}
            return problem(api, request, status=422, code="invalid", detail=f"{why.field}: {why.why}", errors=errors)
        return problem(api, request, status=wrong.status_code, code="malformed", detail=str(wrong))

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, wrong: Exception) -> HttpResponse:
        """Nothing of ours answers a program with a page. A passing fault says when to come again."""
        trouble = trouble_of(wrong)
        if trouble is None:
            got_request_exception.send(sender=type(api), request=request)
        log.error("Internal Server Error: %s", request.path, exc_info=wrong)
        status, text, seconds = FAULTS[trouble]
        response = problem(api, request, status=status, code=trouble or "fault", detail=str(text))
        if seconds:
            response["Retry-After"] = str(seconds)
        return response


def _by_field(wrong: ValidationError) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for one in wrong.errors:
        errors.setdefault(".".join(str(part) for part in one["loc"][1:]) or "body", []).append(one["msg"])
    return errors


# Status, what is said, and after how many seconds to come again.
FAULTS: dict[Trouble | None, tuple[int, Any, int]] = {
    Trouble.DATABASE: (
        503,
        _(
            "The database is away for a moment. Whether this was done is not known: send it again with the same "
            "Idempotency-Key."
        ),
        5,
    ),
    Trouble.NO_ROOM: (507, _("The server has no room left. Nothing was kept; send it again later."), 60),
    None: (500, _("Something went wrong on our side; it has been put on record."), 0),
}
