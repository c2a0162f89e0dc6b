"""Rows from before bad text was refused: a bell, a letter that turns the writing round, the beginning of a formula."""

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, models, transaction

OLD = "=1+1\x07\u202efdp"
NO_WORDS = (models.SlugField, models.EmailField, models.URLField, models.FilePathField)
# What programs read, not people: it was never anything else.
FOR_PROGRAMS = {
    *("path", "digest", "key", "kind", "token", "password", "content_type", "about_kind", "by_kind", "username"),
    *("access_code", "language", "number", "drawing", "model", "codename", "app_label", "session_key", "scope"),
    *("host", "secret", "zone", "target", "state", "source", "calendar", "prefix", "position", "form"),
}


def words_of(model: type[models.Model]) -> Iterator[models.Field]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not isinstance(field, NO_WORDS):
            is_long = field.max_length is None or field.max_length >= 20
            if is_long and not (field.choices or field.unique or field.name in FOR_PROGRAMS):
                yield field


def grow_old() -> set[str]:
    """Past every verb. Returns the columns that hold such words now."""
    done = set()
    for model in apps.get_models(include_auto_created=True):
        for field in words_of(model) if model._meta.managed else ():
            try:
                with transaction.atomic():
                    if model._base_manager.update(**{field.name: OLD[: field.max_length]}):
                        done.add(f"{model._meta.label}.{field.name}")
            except DatabaseError:
                continue  # the database itself would not have taken it, or takes no changes at all
    return done
