"""What points to a case without a key of the database is known to whoever walks what hangs on cases."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from tests.secrecy.bound import GENERIC, bound_models

WORDS = ("case", "cases", "number", "event", "message", "about", "about_kind", "closing")
ENDINGS = ("_id", "_ids", "_pk", "_case", "_number", "_event", "_ref")
KINDS = (models.IntegerField, models.CharField, models.TextField, models.UUIDField)
# Everything else that could be one, and why it is none.
OTHERWISE = {
    "assets.Asset number": "the asset's own",
    "cases.CaseType form": "questions, not answers",
    "cases.SavedView query": "its owner's filter; what it finds goes through the door of cases",
    "channels.Dial number": "a number to call; nothing is said of why",
    "channels.Extension number": "a telephone on a desk",
    "core.AnsweredRequest body": "the answer once given to a program's key, given again to the same token only",
    "customers.Customer code_number": "counts the customer codes",
    "customers.CustomerNote by_id": "who wrote it",
    "feedback.Survey questions": "questions, not answers",
    "packs.Installed values": "choices at installation",
    "processes.TemplateVersion by_id": "who published it",
    "processes.TemplateVersion decisions": "rules",
    "processes.TemplateVersion documents": "blank papers",
    "processes.TemplateVersion forms": "questions, not answers",
    "processes.TemplateVersion number": "counts the versions",
    "procrastinate.ProcrastinateJob args": "read by the worker alone",
    "procrastinate.ProcrastinatePeriodicDefer periodic_id": "names a timetable",
    "queues.Appointment draft": "written before there is a case, by the customer",
    "queues.Counter number": "the counter's own",
    "queues.Queue first_number": "begins the numbers of a day",
    "queues.Queue last_number": "the last number given",
    "queues.SharedWaits model": "figures",
    "queues.WaitLearning pools": "figures",
    "sla.LevelVersion number": "counts the versions",
    "sla.Matrix number": "counts the versions",
}


def could_point(field: models.Field) -> bool:
    if isinstance(field, models.JSONField):
        return True
    is_word = field.name in (*WORDS, *GENERIC) or field.name.endswith(ENDINGS)
    return is_word and isinstance(field, KINDS) and not field.primary_key


def unbound() -> Iterator[str]:
    known = bound_models()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields if model not in known else ():
            if could_point(field):
                yield f"{model._meta.label} {field.name}"


def test_whatever_could_point_to_a_case_hangs_on_one_or_says_why_not():
    """A row that does belongs into `bound.GENERIC`, so that both walks take it; what does not is named here."""
    assert sorted(unbound()) == sorted(OTHERWISE)
