"""Install or upgrade: what the pack says becomes so, except where somebody here has changed it since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Unit
from ruoshui.packs.events import PackInstalled
from ruoshui.packs.kinds import Context, PackKind, all_kinds
from ruoshui.packs.models import Installed, Pack
from ruoshui.packs.reading import Reading
from ruoshui.packs.refusals import FaultyPack, NotInstalled, PackMissing


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one thing: new, changed, same, kept (a local edit) or conflict (both changed it)."""

    kind: str
    code: str
    what: str
    fields: tuple[str, ...] = ()


@dataclass
class Report:
    changes: list[Change] = field(default_factory=list)

    def of(self, *what: str) -> list[Change]:
        return [one for one in self.changes if one.what in what]


@verb
def install_pack(
    reading: Reading, *, unit: Unit | None = None, upgrade: bool = False, by: Actor, at: datetime
) -> Report:
    """All of it or nothing. A second time nothing changes; a newer version changes what was not edited here."""
    must_set_up(Pack(), by=by)
    if reading.faults:
        raise FaultyPack(reading.faults)
    about = reading.values["pack"]
    for needed in about.get("needs", []):
        if not Pack.objects.filter(code=needed).exists():
            raise PackMissing(code=needed)
    pack = Pack.objects.select_for_update().filter(code=about["code"]).first()
    if upgrade and pack is None:
        raise NotInstalled(code=about["code"])
    before = pack.version if pack else None
    pack = pack or Pack(code=about["code"])
    pack.version, pack.name_zh, pack.name_en, pack.installed_at = (
        about["version"],
        about["name_zh"],
        about["name_en"],
        at,
    )
    pack.save()
    report, context = Report(), Context(unit, by, at)
    bases = {(one.kind, one.code): one for one in pack.things.all()}
    for name, kind in all_kinds().items():
        for values in reading.values.get(name, []):
            report.changes.append(_put(pack, name, kind, values, bases, context))
        kind.finish(context)
    written = len(report.of("new", "changed"))
    told = PackInstalled(version=pack.version, before=before, written=written, conflicts=len(report.of("conflict")))
    if written or before != pack.version:
        record(told, about=pack, by=by, at=at)
    return report


def _put(
    pack: Pack,
    name: str,
    kind: PackKind,
    values: Mapping[str, Any],
    bases: Mapping[tuple[str, str], Installed],
    context: Context,
) -> Change:
    """Field by field: theirs where only the pack changed it, ours where only we did, ours and a conflict where both
    did.
    """
    code, theirs = kind.code(values), kind.full(values)
    ours, base = kind.read(code), bases.get((name, code))
    if ours is None:
        kind.write(code, theirs, context)
        _remember(pack, name, code, theirs, base)
        return Change(name, code, "new")
    known = kind.grown(base.values) if base else theirs  # it was here before the pack: it stays as it is
    wanted, conflicts, kept = dict(ours), [], []
    for field_name, value in theirs.items():
        mine, was = ours.get(field_name), known.get(field_name)
        if mine == value:
            continue
        if mine == was:
            wanted[field_name] = value
        elif value == was:
            kept.append(field_name)
        else:
            conflicts.append(field_name)
    if wanted != ours:
        kind.write(code, wanted, context)
    _remember(pack, name, code, theirs, base)
    changed = tuple(sorted(field_name for field_name in wanted if wanted[field_name] != ours.get(field_name)))
    if conflicts:
        return Change(name, code, "conflict", tuple(conflicts))
    if changed:
        return Change(name, code, "changed", changed)
    return Change(name, code, "kept", tuple(kept)) if kept else Change(name, code, "same")


def _remember(pack: Pack, kind: str, code: str, values: dict[str, Any], base: Installed | None) -> None:
    if base is None:
        Installed.objects.create(pack=pack, kind=kind, code=code, values=values)
    elif base.values != values:
        base.values = values
        base.save(update_fields=["values"])
