from pathlib import Path

from ruoshui.settings.places import PACKAGE, project_root


def shipped_packs() -> Path:
    """Beside the checkout, else inside the installed package."""
    root = project_root()
    return root / "packs" if root is not None and (root / "packs").is_dir() else PACKAGE / "shipped_packs"
