"""What no address or method of the API takes is told as a problem, whoever asks."""

import pytest

from ruoshui.web.only_problems import MEDIA_TYPE


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/unknown", 404, "not-found"),
        ("post", "/api/v1/unknown/", 404, "not-found"),
        ("get", "/api/v2/cases", 404, "not-found"),
        ("get", "/api/", 404, "not-found"),
        ("get", "/api/v1/cases/", 404, "not-found"),
        ("delete", "/api/v1/cases", 405, "method-not-allowed"),
        ("patch", "/api/v1/cases/RS00000001", 405, "method-not-allowed"),
        ("options", "/api/v1/cases", 405, "method-not-allowed"),
        ("put", "/api/v1/search", 405, "method-not-allowed"),
        ("get", "/api/v1/cases", 401, "not-authenticated"),
    ],
)
def test_a_stray_call_is_answered_with_a_problem(db, client, method, path, status, code, language):
    answer = getattr(client, method)(path, HTTP_ACCEPT_LANGUAGE=language)
    assert (answer.status_code, answer["Content-Type"]) == (status, MEDIA_TYPE)
    problem = answer.json()
    assert (problem["status"], problem["code"], set(problem)) == (
        status,
        code,
        {"type", "title", "status", "code", "detail"},
    )
    if status == 405:
        assert answer["Allow"] in problem["detail"] != ""


def test_a_head_without_a_get_of_its_own_has_no_body(db, client):
    answer = client.head("/api/v1/cases")
    assert (answer.status_code, answer["Content-Type"], answer.content) == (405, MEDIA_TYPE, b"")


def test_pages_for_people_stay_pages(db, client):
    assert client.get("/nowhere")["Content-Type"].startswith("text/html")
    assert client.get("/api/v1/docs")["Content-Type"].startswith("text/html")
