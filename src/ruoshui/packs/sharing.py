"""One case type as a pack file: a zip with the folder of a pack, to be downloaded, sent and taken in elsewhere."""

import io
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import Actor
from ruoshui.organization.models import Unit
from ruoshui.packs.actions import Report, install_pack
from ruoshui.packs.exporting import write_pack
from ruoshui.packs.reading import sound_pack
from ruoshui.packs.refusals import Fault, FaultyPack

MOST_FILES, MOST_BYTES = 200, 20 * 1024 * 1024
SUFFIXES = {".toml", ".json", ".bpmn", ".dmn"}


def pack_of(type: CaseType) -> bytes:
    about = {"code": type.code, "version": "1.0", "name_zh": type.name_zh, "name_en": type.name_en or type.name_zh}
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in write_pack(Path(folder), about, [("case_type", type.code)]):
            archive.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()


def take_in(content: bytes, *, unit: Unit | None, by: Actor, at: datetime) -> Report:
    """Install a pack from a zip. Refuses what is no zip, what is too large, and names that lead out of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _unpack(archive, folder)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as wrong:
            raise FaultyPack([Fault("pack.zip", 0, _("it is no zip file, or damaged."))]) from wrong
        return install_pack(sound_pack(folder), unit=unit, by=by, at=at)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise FaultyPack([Fault("pack.zip", 0, _("it holds more than 200 files or 20 MB."))])
    for entry in entries:
        name = PurePosixPath(entry.filename)
        if name.is_absolute() or ".." in name.parts or name.suffix not in SUFFIXES or "\\" in entry.filename:
            raise FaultyPack([Fault(entry.filename, 0, _("a pack holds .toml, .json, .bpmn and .dmn files only."))])
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed:
            data = packed.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise FaultyPack([Fault(entry.filename, 0, _("it holds more than 200 files or 20 MB."))])
        target.write_bytes(data)
