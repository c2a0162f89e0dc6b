"""ruoshui pack check | install | upgrade | export: industry packs from the command line."""

from pathlib import Path

from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Refusal
from ruoshui.packs.shipped import shipped_packs

WORDS = {"new": "+", "changed": "~", "kept": "·", "conflict": "!"}


def folder_of(name: str) -> Path:
    """A path, or the name of a pack that ships."""
    given = Path(name)
    return given if (given / "pack.toml").exists() or given.is_absolute() else shipped_packs() / name


def check_command(names: list[str]) -> int:
    """Needs no database: everything that is wrong, with file and line."""
    from ruoshui.packs.reading import read_pack

    wrong = 0
    for name in names or sorted(path.name for path in shipped_packs().iterdir() if path.is_dir()):
        reading = read_pack(folder_of(name))
        wrong += len(reading.faults)
        print(f"  {'✗' if reading.faults else '✓'} {name}")
        for fault in reading.faults:
            print(f"    {fault}")
    return 1 if wrong else 0


def install_command(name: str, *, unit: str, upgrade: bool) -> int:
    from ruoshui.organization.models import Unit
    from ruoshui.packs.actions import install_pack
    from ruoshui.packs.reading import read_pack

    handling = Unit.objects.filter(code=unit).first() if unit else Unit.objects.filter(parent=None).first()
    if handling is None:
        print(f"  There is no unit {unit or '(the root)'}: name one with --unit.")
        return 1
    reading = read_pack(folder_of(name))
    try:
        report = install_pack(reading, unit=handling, upgrade=upgrade, by=SYSTEM, at=timezone.now())
    except Refusal as refusal:
        print(f"  ✗ {refusal}")
        return 1
    for change in report.of("new", "changed", "kept", "conflict"):
        fields = f" ({', '.join(change.fields)})" if change.fields else ""
        print(f"  {WORDS[change.what]} {change.kind} {change.code}{fields}")
    conflicts = len(report.of("conflict"))
    written, kept = len(report.of("new", "changed")), len(report.of("kept"))
    print(f"  {name}: {written} written, {kept} local edits kept, {conflicts} conflicts")
    if conflicts:
        print("  A conflict: both the pack and you changed it; yours stays. Decide by hand in the settings.")
    return 0


def export_command(code: str, folder: Path) -> int:
    from ruoshui.packs.exporting import export_pack
    from ruoshui.packs.models import Pack

    pack = Pack.objects.filter(code=code).first()
    if pack is None:
        print(f"  The pack {code} is not installed.")
        return 1
    for path in export_pack(folder, pack):
        print(f"  {path}")
    return 0
