"""Published versions never change, so each process reads them once."""

from functools import lru_cache

from ruoshui.core.remembering import remembered
from ruoshui.sla.models import Level, LevelVersion, Publishing, Rung, Term


@lru_cache(maxsize=1024)
def terms_of(version: int) -> tuple[Term, ...]:
    """The terms of a published version, with their rungs."""
    return tuple(Term.objects.filter(version_id=version).select_related("version__level").prefetch_related("rungs"))


@lru_cache(maxsize=4096)
def rungs_of(term: int) -> tuple[Rung, ...]:
    return tuple(Rung.objects.filter(term_id=term))


@remembered
def current_versions() -> dict[int, LevelVersion]:
    """By level id, what is promised now; levels that are not in use, or were never published, are missing."""
    versions = LevelVersion.objects.filter(state=Publishing.PUBLISHED, level__is_active=True).select_related("level")
    return {version.level_id: version for version in versions.order_by("number")}


def current_version(level: Level) -> LevelVersion | None:
    return current_versions().get(level.pk)
