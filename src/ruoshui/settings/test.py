import os
from pathlib import Path

from ruoshui.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A pool would keep connections to databases that tests drop.
DATABASES["default"]["OPTIONS"].pop("pool", None)
MEDIA_ROOT = Path(os.environ.get("RUOSHUI_DATA", "/tmp")) / "test-files"  # noqa: S108
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PUBLIC_URL = "http://testserver"
