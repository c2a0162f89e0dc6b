"""ruoshui replay-queues: bring in the past of halls and say how good the announcements would have been."""

import sys
from pathlib import Path

from ruoshui.core.refusals import Refusal
from ruoshui.organization.models import Unit
from ruoshui.replay.halls import replay_halls


def replay_halls_command(shape: str, source: Path, *, unit: str, zone: str) -> int:
    if not source.exists():
        print(f"✗ {source} does not exist", file=sys.stderr)
        return 1
    parent = Unit.objects.filter(code=unit).first() if unit else Unit.objects.filter(parent__isnull=True).first()
    if parent is None:
        print(f"✗ there is no unit {unit or 'yet'}: name one with --unit, or load the demo", file=sys.stderr)
        return 1
    try:
        found = replay_halls(shape, source, unit=parent, zone=zone, say=lambda line: print(f"  {line}", flush=True))
    except (Refusal, ValueError) as refused:
        print(f"✗ {refused}", file=sys.stderr)
        return 1
    for name, outcomes in found.items():
        learned = [one for one in outcomes if one.learned]
        kept = sum(one.wait <= one.maximum for one in learned)
        share = f"{kept / len(learned):.3f} of {len(learned):,} promises kept" if learned else "nothing learned yet"
        print(f"  {name}: {len(outcomes):,} customers, {share}")
    return 0
