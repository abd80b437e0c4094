"""Every setting of an installation, read from the environment and checked loudly.

A value that cannot be right stops the start with one sentence that names the variable.
"""

import logging
import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

env = Env()
PACKAGE = Path(__file__).resolve().parent


class Variable(NamedTuple):
    """One name of the environment; `docs/reference/settings.md` is made of these."""

    name: str
    kind: str
    default: str
    meaning: str
    secret: bool


VARIABLES: dict[str, Variable] = {}


def _read(name: str, kind: str, default: object, meaning: str, *, secret: bool = False, shown: str = "") -> object:
    VARIABLES[name] = Variable(name, kind, shown or str(default), meaning, secret)
    try:
        return getattr(env, kind)(name, default)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from None


def _address(name: str, value: str, schemes: set[str], shape: str) -> SplitResult:
    """The parts of an address. What was given is not repeated: it may hold a password."""
    try:
        parts = urlsplit(value)
        well = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        well = False
    if not well:
        raise ImproperlyConfigured(f"{name} must look like {shape}")
    return parts


DEMO: bool = bool(_read("VIGIE_DEMO", "bool", False, "opens every door without a key; loopback addresses only"))
DEBUG = False
#: Only the test suite's settings say otherwise: jobs run at once, in the caller's thread.
TESTING = False
DATA_DIR = Path(
    str(_read("VIGIE_DATA_DIR", "str", "var", "where the database, the files, the backups and the secret key live"))
).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

BASE_URL = str(
    _read("VIGIE_BASE_URL", "str", "http://127.0.0.1:8000", "the public address, such as https://panel.example.org")
).rstrip("/")
_shape = "https://panel.example.org, with neither path nor name nor password"
_base = _address("VIGIE_BASE_URL", BASE_URL, {"http", "https"}, _shape)
if _base.path or _base.query or _base.fragment or "@" in _base.netloc:
    raise ImproperlyConfigured(f"VIGIE_BASE_URL must look like {_shape}")
LOOPBACK = _base.hostname in {"127.0.0.1", "localhost", "::1"}
if _base.scheme == "http" and not LOOPBACK:
    raise ImproperlyConfigured("VIGIE_BASE_URL must start with https:// for any address but this machine's own")
if DEMO and not LOOPBACK:
    raise ImproperlyConfigured("VIGIE_DEMO opens every door without a key: it is refused on any address but loopback")
ALLOWED_HOSTS = [_base.hostname]


def _networks() -> tuple[IPv4Network | IPv6Network, ...]:
    meaning = "the reverse proxies that are believed: addresses or networks, with commas between them"
    given = str(_read("VIGIE_TRUSTED_PROXIES", "str", "", meaning, shown="none"))
    try:
        return tuple(ip_network(one.strip()) for one in given.split(",") if one.strip())
    except ValueError:
        shape = "127.0.0.1,10.0.0.0/8"
        raise ImproperlyConfigured(f"VIGIE_TRUSTED_PROXIES takes addresses and networks such as {shape}") from None


#: What these say of who asks (X-Forwarded-For) and how (X-Forwarded-Proto) holds. Nobody's word is taken for the host.
TRUSTED_PROXIES = _networks()
ORIGINS = frozenset({BASE_URL})
CSRF_TRUSTED_ORIGINS = [BASE_URL]


def _secret_key() -> str:
    meaning = "32 characters or more; signs the sign-ins and closes the second factors"
    given = str(_read("VIGIE_SECRET_KEY", "str", "", meaning, secret=True, shown="made once, kept in the data folder"))
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("VIGIE_SECRET_KEY is too short: 32 characters or more")
        return given
    kept = DATA_DIR / "secret-key"
    if not kept.exists():
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


SECRET_KEY = _secret_key()

REDIS_URL = str(
    _read("VIGIE_REDIS_URL", "str", "", "Redis, for several processes: redis://:password@host:6379/0", secret=True)
)
if REDIS_URL:
    _address("VIGIE_REDIS_URL", REDIS_URL, {"redis", "rediss"}, "redis://:password@host:6379/0")
_database_url = str(
    _read(
        "VIGIE_DATABASE_URL",
        "str",
        "",
        "PostgreSQL: postgresql://user:password@host:5432/name",
        secret=True,
        shown="SQLite, in the data folder",
    )
)


def database_for(url: str) -> dict[str, object]:
    if not url or url.startswith("sqlite"):
        path = urlsplit(url).path if url else str(DATA_DIR / "vigie.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                # FULL, not NORMAL: a power cut lost up to 300 of 300 acknowledged commits under NORMAL.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;",
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
            },
        }
    shape = "postgresql://user:password@host:5432/name, or sqlite:///path"
    parts = _address("VIGIE_DATABASE_URL", url, {"postgres", "postgresql"}, shape)
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"VIGIE_DATABASE_URL must look like {shape}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": parts.port or 5432,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 600,
    }


DATABASE_URL = _database_url
DATABASES = {"default": database_for(_database_url)}
EMBEDDED = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
DATABASES["default"].setdefault("CONN_MAX_AGE", None if EMBEDDED else 600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "vigie_cache"}}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "vigie.core",
    "vigie.shell",
    "vigie.facts",
    "vigie.mails",
    "vigie.accounts",
    "vigie.communities",
    "vigie.media",
    "vigie.panel",
    "vigie.live",
    "vigie.backroom",
    "vigie.notifications",
    *(["vigie.demo"] if DEMO else []),
    "vigie.operation",
    "vigie.insights",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vigie.core.middleware.PrivateAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vigie.accounts.middleware.PersonalLocale",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vigie.communities.middleware.CommunityMiddleware",
    "vigie.operation.middleware.NoRoom",
    "vigie.operation.middleware.NothingSoNamed",
]
ROOT_URLCONF = "vigie.urls"
WSGI_APPLICATION = "vigie.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "vigie.shell.jinja.Templates",
        "NAME": "jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "vigie.shell.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "vigie.shell.context.page",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# People and their keys ------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
SESSION_ENGINE = "vigie.accounts.sign_in"
AUTHENTICATION_BACKENDS = ["vigie.accounts.sign_in.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "vigie.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
#: The library counts in a cache, under addresses as they are: `accounts.actions.tries` counts instead.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Vigie"
MFA_ADAPTER = "vigie.accounts.adapter.MFAAdapter"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
_secure = _base.scheme == "https"
SESSION_COOKIE_NAME = "__Host-vigie" if _secure else "vigie"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
CSRF_COOKIE_NAME = "__Host-vigie-csrf" if _secure else "vigie-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "vigie-language"
CSRF_FAILURE_VIEW = "vigie.shell.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _secure else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": f"'self' {BASE_URL.replace('http', 'ws', 1)}",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Languages and time ---------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_ZONE = str(_read("VIGIE_TIME_ZONE", "str", "Europe/Paris", "the zone proposed first, an IANA name"))
try:
    ZoneInfo(DEFAULT_ZONE)
except (ZoneInfoNotFoundError, ValueError, OSError):
    raise ImproperlyConfigured("VIGIE_TIME_ZONE takes an IANA name such as Europe/Paris") from None

# Mail -----------------------------------------------------------------------
OUTBOX_DIR = DATA_DIR / "outbox"
_mail_url = str(
    _read(
        "VIGIE_MAIL_URL",
        "str",
        "",
        "smtp+tls://user:password@host:587, or smtp, or smtps",
        secret=True,
        shown="mail is written to the folder outbox",
    )
)
DEFAULT_FROM_EMAIL = str(
    _read(
        "VIGIE_MAIL_FROM",
        "str",
        f"Vigie <vigie@{_base.hostname}>",
        "the sender of every mail",
        shown="Vigie <vigie@…> at the public address",
    )
)
if _mail_url:
    _shape = "smtp+tls://user:password@host:587 (or smtp, smtps)"
    _mail = _address("VIGIE_MAIL_URL", _mail_url, {"smtp", "smtps", "smtp+tls"}, _shape)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(OUTBOX_DIR)

# Live rooms -----------------------------------------------------------------
HEARTBEAT_SECONDS = 15
OFFLINE_SECONDS = 35
SOCKET_FRAME_LIMIT = 64 * 1024
SOCKET_BUFFER_LIMIT = 256 * 1024
#: Commands a socket may send in ten seconds before it is closed.
SOCKET_FLOOD_LIMIT = int(
    str(_read("VIGIE_SOCKET_FLOOD_LIMIT", "int", 30, "commands a socket may send in ten seconds before it is closed"))
)
if SOCKET_FLOOD_LIMIT < 1:
    raise ImproperlyConfigured("VIGIE_SOCKET_FLOOD_LIMIT is a number of commands, 1 or more")

# Jobs -----------------------------------------------------------------------
HUEY_FILE = DATA_DIR / "jobs.sqlite3"
#: The embedded process runs jobs in a thread of its own; a larger installation has `vigie serve jobs`.
JOBS_HERE = EMBEDDED or not REDIS_URL

# Operation ------------------------------------------------------------------
#: Read where a process starts to listen; named here so that the reference knows them.
_read("VIGIE_LISTEN", "str", "", "host:port to listen on, behind a reverse proxy", shown="127.0.0.1:8000")
_read("VIGIE_PAGE_WORKERS", "int", 1, "how many page processes `vigie serve pages` keeps")
METRICS_TOKEN = str(
    _read(
        "VIGIE_METRICS_TOKEN", "str", "", "what /metrics asks for as a bearer token; 16 characters or more", secret=True
    )
)
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("VIGIE_METRICS_TOKEN is too short: 16 characters or more")
BACKUP_RECIPIENT = str(
    _read("VIGIE_BACKUP_RECIPIENT", "str", "", "age1…: every backup is encrypted for the holder of this key")
)


def _number(name: str, default: int, least: int, meaning: str) -> int:
    given = int(str(_read(name, "int", default, meaning)))
    if given < least:
        raise ImproperlyConfigured(f"{name} is a whole number, {least} or more")
    return given


DISK_RESERVE_MB = _number(
    "VIGIE_DISK_RESERVE_MB", 200, 1, "below so much free space an installation is not ready, and writes no backup"
)
#: How long things are kept, by what they are. `vigie retention --dry-run` says what it would delete.
KEEP_DELIVERIES_DAYS = _number("VIGIE_KEEP_DELIVERIES_DAYS", 30, 1, "days that a done delivery of a fact is kept")
KEEP_OUTBOX_DAYS = _number("VIGIE_KEEP_OUTBOX_DAYS", 7, 1, "days that mail written to the folder outbox is kept")
KEEP_MAILS_DAYS = _number(
    "VIGIE_KEEP_MAILS_DAYS", 30, 1, "days that what became of a mail is kept; its text is gone once it has left"
)
KEEP_BACKUPS_DAYS = _number(
    "VIGIE_KEEP_BACKUPS_DAYS", 30, 1, "days that backups in the data folder are kept; the newest always is"
)


def _not_a_refusal(record: logging.LogRecord) -> bool:
    """uvicorn takes a refused socket's HTTP answer for an unfinished handshake; a curious member could fill the log."""
    return "without completing handshake" not in record.getMessage()


LOG_LEVEL = str(_read("VIGIE_LOG_LEVEL", "str", "warning", "debug, info, warning, error or critical")).upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured("VIGIE_LOG_LEVEL is debug, info, warning, error or critical")
LOG_FORMAT = str(_read("VIGIE_LOG_FORMAT", "str", "text", "text, or json: one object a line")).lower()
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured("VIGIE_LOG_FORMAT is text or json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "vigie.core.logs.TextLine", "messages": DEMO},
        "json": {"()": "vigie.core.logs.JsonLine", "messages": DEMO},
    },
    "filters": {"refusals": {"()": "django.utils.log.CallbackFilter", "callback": _not_a_refusal}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "loggers": {"uvicorn.error": {"filters": ["refusals"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
