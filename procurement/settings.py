"""Settings of the project, all read from the environment; every one is listed with its default in docs/production.md.

Without DATABASE_URL the system runs *embedded*: SQLite, a broker made of files, mail written to files. Everything
it writes then lies under ``var/``. With DATABASE_URL it runs as in production and refuses to start unsafely.
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from procurement.web import logs

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

EMBEDDED = not env.str("DATABASE_URL", "")
DEBUG = env.bool("DEBUG", False)


def _embedded_secret_key() -> str:
    """A key made once per checkout, so that sign-ins survive a restart without anybody choosing one."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "") or (_embedded_secret_key() if EMBEDDED else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: a long random text that stays the same on every machine.")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
BASE_URL = env.str("BASE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "accounts.apps.BackOfficeConfig",  # django.contrib.admin behind the second step
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_fsm",
    "django_htmx",
    "django_structlog",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procurement",
    "accounts",
    "documents",
    "buyers",
    "msmes",
    "expo",
    "orders",
    "demo",
]

MIDDLEWARE = [
    "procurement.web.network.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "procurement.web.compression.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # A view that forgot to ask still asks; what is open says so with @login_not_required.
    "accounts.session.middleware.SignInMiddleware",
    "accounts.session.middleware.ReaderLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "procurement.web.logs.RequestLogMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.session.middleware.ActingMiddleware",
    "procurement.web.middleware.RefusalMiddleware",
    "procurement.web.middleware.IdempotencyMiddleware",
]

ROOT_URLCONF = "procurement.urls"
WSGI_APPLICATION = "procurement.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.session.context.acting",
            ],
            "builtins": [
                "procurement.templatetags.translations",
                "procurement.templatetags.words",
                "procurement.templatetags.page",
                "procurement.templatetags.blocks",
            ],
        },
    },
]

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env.str("SQLITE_PATH", str(VAR_DIR / "db.sqlite3")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
else:
    _database: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True))
    # The database plans a statement once per connection, not each time: a verb takes a third less time.
    if env.bool("PREPARED_STATEMENTS", True):
        _database["OPTIONS"] = (_database.get("OPTIONS") or {}) | {
            "server_side_binding": True,
            "prepare_threshold": 3,
        }
    # Compiling a plan takes seconds and pays off only in statements that take minutes; we have none. Enough memory to
    # sum one day of a large expo without a temporary file.
    _options = _database.setdefault("OPTIONS", {})
    _options["options"] = f"{_options.get('options', '')} -c jit=off -c work_mem=16MB".strip()
    DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "procurement.web.cache.FallbackRedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "procurement.web.cache.KeptFileCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.LoginForm",
    "reauthenticate": "accounts.sign_in_forms.ReauthenticateForm",
    "add_email": "accounts.sign_in_forms.AddEmailForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "set_password": "accounts.sign_in_forms.SetPasswordForm",
    "reset_password_from_key": "accounts.privacy.forms.ChoosePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# By network, and by account and network together (accounts.adapter): nobody can lock out somebody else.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key", "reset_password": "5/m/ip,20/h/ip"}
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.SecondStepForm",
    "reauthenticate": "accounts.sign_in_forms.SecondStepAgainForm",
    "activate_totp": "accounts.sign_in_forms.ActivateAppForm",
    "add_webauthn": "accounts.sign_in_forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
MFA_TOTP_ISSUER = "Pesanan KUMKM"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # staff make the accounts, so nobody can squat on somebody else's address
USERSESSIONS_TRACK_ACTIVITY = False

# Cookies, headers, transport
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
SECURE_COOKIES = env.bool("SECURE_COOKIES", not EMBEDDED)
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", not EMBEDDED)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 0 if EMBEDDED else 60 * 60 * 24 * 365)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not EMBEDDED
SECURE_HSTS_PRELOAD = not EMBEDDED
SECURE_REFERRER_POLICY = "same-origin"
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])
if env.bool("BEHIND_PROXY", bool(TRUSTED_PROXIES)):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_HANDLERS = [
    "procurement.files.receiving.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # an order of 1,000 lines is one form
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Language, time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
DOCUMENT_ROOT = Path(env.str("DOCUMENT_ROOT", str(VAR_DIR / "documents")))
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT},
    },
    "documents": {
        "BACKEND": env.str("DOCUMENT_STORAGE", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("DOCUMENT_STORAGE_OPTIONS", None) or {"location": DOCUMENT_ROOT},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Mail
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Pesanan KUMKM <tidak-dibalas@localhost>")
# Whom people write to about their personal data (UU 27/2022).
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", "") or DEFAULT_FROM_EMAIL
# Within how many hours of the request personal data is erased, or the request refused with a reason.
ERASURE_HOURS = env.int("ERASURE_HOURS", 72)
if EMBEDDED and not env.str("EMAIL_URL", ""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    _mail = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10

# Text messages (SMS, WhatsApp): a gateway of the operator's choice; without one they are written to var/texts
TEXT_GATEWAY_URL = env.str("TEXT_GATEWAY_URL", "")
TEXT_GATEWAY_TOKEN = env.str("TEXT_GATEWAY_TOKEN", "")
ANSWER_CODE_ABOVE = env.int("ANSWER_CODE_ABOVE", 50_000_000)

# Queue: pass ids only; the outbox keeps what the broker may lose (docs/decisions).
BROKER_DIR = VAR_DIR / "broker"
# Cache and broker never share a Redis database: emptying the cache must not empty the queue.
CELERY_BROKER_URL = env.str("BROKER_URL", "") or (
    urlsplit(REDIS_URL)._replace(path="/1").geturl() if REDIS_URL else "filesystem://"
)
if CELERY_BROKER_URL.startswith("filesystem://"):
    for _part in ("messages", "control"):
        (BROKER_DIR / _part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "socket_timeout": 1.5,
        "socket_connect_timeout": 1.0,
        "max_retries": 0,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "expire-quotes": {"task": "orders.expire_quotes", "schedule": crontab(minute="*/5")},
    "remind-erasures": {"task": "accounts.remind_erasures", "schedule": crontab(minute="*/15")},
    "remind-breaches": {"task": "accounts.remind_breaches", "schedule": crontab(minute="*/15")},
    "expire-invitations": {"task": "accounts.expire_invitations", "schedule": crontab(minute="25")},
    "expire-asks": {"task": "orders.expire_asks", "schedule": crontab(minute="*/5")},
    "expire-addenda": {"task": "orders.expire_addenda", "schedule": crontab(hour="0", minute="20")},
    "advance-sourcing": {"task": "orders.advance_sourcing_due", "schedule": crontab(minute="*/5")},
    "remind-of-certificates": {
        "task": "msmes.remind_of_certificates",
        "schedule": crontab(hour=7, minute=15),
    },
    "apply-bank-changes": {"task": "msmes.apply_bank_changes", "schedule": crontab(minute="*/5")},
    "extend-capacity": {
        "task": "msmes.extend_capacity",
        "schedule": crontab(hour=0, minute=2),
    },
    "forget-old-rows": {"task": "procurement.forget_old", "schedule": crontab(hour=1, minute=30)},
    "forget-reviews": {"task": "procurement.forget_reviews", "schedule": crontab(hour=1, minute=40)},
    "escalate-what-is-stuck": {"task": "orders.escalate_stuck", "schedule": crontab(hour=7, minute=0)},
    "send-reports": {"task": "expo.send_reports", "schedule": crontab(hour=6, minute=0)},
    "sweep-files": {"task": "procurement.sweep_files", "schedule": crontab(hour=3, minute=10)},
    "analyze": {"task": "procurement.analyze", "schedule": crontab(hour=1, minute=45)},
    "roll-up-the-ledger": {"task": "expo.roll", "schedule": crontab()},
    "reconcile": {"task": "orders.reconcile", "schedule": crontab(hour=2, minute=0)},
    "go-on-reconciling": {"task": "orders.go_on_reconciling", "schedule": crontab()},
}
OUTBOX_REDELIVER_AFTER_SECONDS = env.int("OUTBOX_REDELIVER_AFTER_SECONDS", 45)

# For so many days from its last mail an invitation can be accepted (accounts/inviting).
INVITATION_DAYS = env.int("INVITATION_DAYS", 14)

# How many days rows are kept that nobody needs any more (procurement/work/retention.py).
KEEP_OUTBOX_DAYS = env.int("KEEP_OUTBOX_DAYS", 14)
KEEP_READ_NOTIFICATIONS_DAYS = env.int("KEEP_READ_NOTIFICATIONS_DAYS", 180)
KEEP_NOTIFICATIONS_DAYS = env.int("KEEP_NOTIFICATIONS_DAYS", 365)
KEEP_SESSIONS_DAYS = env.int("KEEP_SESSIONS_DAYS", 7)
KEEP_IMPORT_FILES_DAYS = env.int("KEEP_IMPORT_FILES_DAYS", 30)
KEEP_JOBS_DAYS = env.int("KEEP_JOBS_DAYS", 365)
KEEP_FORMS_DAYS = env.int("KEEP_FORMS_DAYS", 2)
KEEP_ANSWER_LINKS_DAYS = env.int("KEEP_ANSWER_LINKS_DAYS", 365)
KEEP_SPLIT_PROPOSALS_DAYS = env.int("KEEP_SPLIT_PROPOSALS_DAYS", 365)
KEEP_RECONCILE_RUNS_DAYS = env.int("KEEP_RECONCILE_RUNS_DAYS", 365)
KEEP_INVITATIONS_DAYS = env.int("KEEP_INVITATIONS_DAYS", 180)
KEEP_UNPROVED_APPLICATIONS_DAYS = env.int("KEEP_UNPROVED_APPLICATIONS_DAYS", 2)
KEEP_APPLICATIONS_DAYS = env.int("KEEP_APPLICATIONS_DAYS", 90)
KEEP_ACCEPTED_APPLICATIONS_DAYS = env.int("KEEP_ACCEPTED_APPLICATIONS_DAYS", 1825)

# Proposals of splits. The work of one scenario is in the solver's deterministic time, so that equal questions have
# equal answers on every machine; the seconds are for all scenarios together and stop a machine that is far too slow.
SPLIT_WORK = env.float("SPLIT_WORK", 2.0)
SPLIT_SECONDS = env.float("SPLIT_SECONDS", 75.0)

# After this many working days in one state an order is brought before the coordinators.
CHASE_ESCALATE_DAYS = env.int("CHASE_ESCALATE_DAYS", 10)

IMPORT_EXPORT_USE_TRANSACTIONS = True

LOGGING = logs.configured(
    as_json=env.bool("LOG_JSON", not EMBEDDED),
    level=env.str("LOG_LEVEL", "WARNING" if EMBEDDED else "INFO"),
)
