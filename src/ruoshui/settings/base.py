import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from ruoshui.settings.bounds import bounded
from ruoshui.settings.places import PACKAGE, data_folder, database_settings
from ruoshui.settings.safety import hosts_of

DATA = data_folder()


def _flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default) == "1"


def _whole(name: str, default: str) -> int:
    given = os.environ.get(name, default)
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= 10_000):
        raise ValueError(f"{name}: {given!r} is not a whole number from 1 to 10000")
    return int(given)


def _secret_key() -> str:
    """From the environment, else made once and kept in the data folder, readable by its owner only."""
    if given := os.environ.get("RUOSHUI_SECRET_KEY"):
        return given
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # the first of several processes wins
        fresh.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = _flag("RUOSHUI_DEBUG")
PUBLIC_URL = os.environ.get("RUOSHUI_PUBLIC_URL", "http://localhost:8000")
ALLOWED_HOSTS = hosts_of(os.environ.get("RUOSHUI_HOSTS", ""), PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "ruoshui.web.unread.form_not_believed"
# Where browsers find the live updates; empty: the same host, one port further.
LIVE_URL = os.environ.get("RUOSHUI_LIVE_URL", "")
SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
# Browsers take a cookie of such a name from this host only, whole: no neighbour can set it for us.
_host = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_host}sessionid", f"{_host}csrftoken"
LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = f"{_host}django_language", f"{_host}theme"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# How many proxies of ours stand in front and name the address of who asks; 0: none, or they do not.
PROXIES = int(os.environ.get("RUOSHUI_PROXIES", "0"))


def _limits() -> dict[str, int]:
    """Requests a minute from one address, by kind; "read=600,guess=0" changes two of them, 0 means none."""
    limits = {"read": 600, "write": 60, "guess": 20, "api": 1200, "in": 1200, "device": 1200}
    for part in filter(None, os.environ.get("RUOSHUI_LIMITS", "").split(",")):
        kind, _equals, number = part.strip().partition("=")
        if kind not in limits or not number.isdigit():
            raise ValueError(f"RUOSHUI_LIMITS: {part!r} is not one of {', '.join(limits)} with = and a number")
        limits[kind] = int(number)
    return limits


LIMITS = _limits()
# Where the own mail server hands mails over by LMTP: host:port or the path of a socket; empty: it does not.
LMTP = os.environ.get("RUOSHUI_LMTP", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "ninja",  # its page of the API's description is served from here, with its scripts
    "procrastinate.contrib.django",
    "ruoshui.core",
    "ruoshui.organization",
    "ruoshui.notices",
    "ruoshui.customers",
    "ruoshui.assets",
    "ruoshui.channels",
    "ruoshui.cases",
    "ruoshui.documents",
    "ruoshui.sla",
    "ruoshui.routing",
    "ruoshui.processes",
    "ruoshui.queues",
    "ruoshui.feedback",
    "ruoshui.informing",
    "ruoshui.webhooks",
    "ruoshui.packs",
    "ruoshui.replay",
    "ruoshui.web",
]
MIDDLEWARE = [
    "ruoshui.web.middleware.SafeResponses",
    "ruoshui.web.only_problems.OnlyProblems",
    "ruoshui.web.plain_input.PlainInput",
    "django.middleware.security.SecurityMiddleware",
    "ruoshui.web.built.StaticFiles",
    "ruoshui.web.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ruoshui.web.limits.PoliteLimits",
    "ruoshui.web.middleware.Forms",
    "ruoshui.web.middleware.SessionAuthentication",
    "ruoshui.web.sessions.StaffSessions",
    "ruoshui.web.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ruoshui.web.middleware.Htmx",
    "ruoshui.web.middleware.RefusalPages",
    "ruoshui.web.done_once.DoneOnce",
]
ROOT_URLCONF = "ruoshui.web.urls"
WSGI_APPLICATION = "ruoshui.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web/templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ruoshui.web.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "ruoshui.web.tags",
                "ruoshui.web.promise_tags",
                "ruoshui.web.branch_tags",
                "ruoshui.web.component_tags",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

_database: dict[str, Any] = database_settings()
_options: dict[str, Any] = bounded(_database.pop("OPTIONS", {}), pages=os.environ.get("RUOSHUI_PART") == "pages")
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 16, "timeout": 5, "max_lifetime": 300},
            **_options,
            # Psycopg itself keeps no statement: where it does, it at times drops all, those of core/straight.py too.
            "prepare_threshold": None,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organization.Staff"
PASSWORD_HASHERS = ["ruoshui.organization.hashing.Argon2"]
LOGIN_URL = "workspace:sign-in"
LOGIN_REDIRECT_URL = "workspace:home"
# Of staff: a session ends after so long without activity, and after so long at all.
SESSION_IDLE = timedelta(hours=_whole("RUOSHUI_SESSION_IDLE_HOURS", "12"))
SESSION_LONGEST = timedelta(days=_whole("RUOSHUI_SESSION_DAYS", "7"))
SESSION_ENGINE = "django.contrib.sessions.backends.db"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("RUOSHUI_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "web/static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

DEFAULT_FROM_EMAIL = os.environ.get("RUOSHUI_MAIL_FROM", "service@localhost")
if _mail_host := os.environ.get("RUOSHUI_SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail_host, int(os.environ.get("RUOSHUI_SMTP_PORT", "25"))
    EMAIL_HOST_USER = os.environ.get("RUOSHUI_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("RUOSHUI_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = _flag("RUOSHUI_SMTP_TLS")
    EMAIL_TIMEOUT = 20
else:
    # Nothing is lost while no mail server is set up: letters lie in the data folder.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(Path(DATA) / "outbox")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "ruoshui.core.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "filters": {"once a minute": {"()": "ruoshui.core.logs.OnceAMinute"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["once a minute"]},
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("RUOSHUI_LOG_LEVEL", "WARNING")},
}
