from django.apps import AppConfig
from psycopg_pool.base import AttemptWithBackoff


class CoreConfig(AppConfig):
    name = "ruoshui.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # When the database was restarted, every connection of the pool is dead. The pool tries one after another and
        # pauses 0, 1, 2, 4 s between: a request would give up (5 s) before it came to a living one.
        AttemptWithBackoff.INITIAL_DELAY = 0.02
