"""Make sure a Chromium and a Chinese font are here for the browser journeys; else say what to install."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")


def have_browser() -> bool:
    return any(shutil.which(name) for name in NAMES)


def main() -> None:
    if have_browser():
        return
    may_install = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if may_install:
        print("  … Chromium (from the system's packages)", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES], check=False, **quiet)
    if not have_browser():
        sys.exit("The browser journeys need Chromium and a Chinese font; on Debian: apt install " + " ".join(PACKAGES))


if __name__ == "__main__":
    main()
