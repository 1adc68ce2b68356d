"""Settings: one file, read from the environment, failing closed in production.

Production is what runs unless the environment says otherwise: ``DEBUG=1`` is for development and
tests; ``make setup`` leaves ``var/local.env`` behind, which stands in for an environment that
names neither ``DEBUG`` nor ``SECRET_KEY`` nor ``ALLOWED_HOSTS``. docs/operations.md lists every
variable.
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from wanzhou_water.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
LOCAL_ENV = VAR_DIR / "local.env"
if LOCAL_ENV.exists() and not os.environ.keys() & {"DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"}:
    env.read_env(LOCAL_ENV)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key" if DEBUG else "")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"] if DEBUG else []
)
if missing := [name for name in ("SECRET_KEY", "ALLOWED_HOSTS") if not globals()[name]]:
    raise SystemExit(
        f"未启动：缺少环境变量 {'、'.join(missing)}。"
        "生产环境须设置（见 docs/operations.md）；本机试用请先运行 make setup。"
    )
# True unless said otherwise; HTTPS=0 is for 127.0.0.1, where there is no certificate.
HTTPS = env.bool("HTTPS", default=not DEBUG)
DEMO = env.bool("DEMO", default=False)

INSTALLED_APPS = [
    "wanzhou_water.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "import_export",
    "simple_history",
    "departments",
    "tasks",
    "reports",
]

MIDDLEWARE = [
    "wanzhou_water.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "departments.middleware.SignInMiddleware",
    "departments.middleware.IssuedPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wanzhou_water.middleware.RefusalMiddleware",
    "wanzhou_water.middleware.FailurePageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "wanzhou_water.urls"
WSGI_APPLICATION = "wanzhou_water.wsgi.application"

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
                "reports.context_processors.frame",
            ],
        },
    }
]

# Widgets are looked for among our own templates first: templates/django/forms/widgets.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'wanzhou_water.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Its defaults are for turning disks and for questions that take seconds: PostgreSQL then reads
    # whole tables where an index is there, and compiles a question longer than it takes to answer.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c random_page_cost=1.1 -c jit=off")
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# SQLite leaves the covering columns of an index out, which costs it nothing but speed.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "departments.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "departments.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "departments.passwords.CharacterKindsValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Failures of one user name from one address, together, lock that pair: nobody else is locked out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCK_MINUTES", default=15))
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "departments.network.client_address"
AXES_LOCKOUT_CALLABLE = "departments.views.sign_in.locked_out"
# Our own security log keeps the sign-ins, and our own admin unlocks.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Text fields of one request, in bytes: large enough that an over-long text is refused by its form,
# with a sentence and with the text still in it (a Chinese character takes 9 bytes in a form).
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A whole request with its files, in bytes; the proxy's limit is the same.
MAX_REQUEST_BYTES = 120 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# Set only where a proxy of ours stands in front and overwrites X-Forwarded-Proto: the number of
# proxies that append to X-Forwarded-For.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside the container, without TLS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "wanzhou_water.failures.csrf_failure"
# A session ends after so many minutes without a person's act, and after a working day at most.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=60)
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 3600)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL", default="jieshui@localhost")
# The address in links of mails.
_HOST = ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
SITE_URL = env.str(
    "SITE_URL",
    default=f"https://{_HOST}" if HTTPS else f"http://{_HOST}:{env.int('PORT', default=8000)}",
).rstrip("/")

# Where robots and gateways may be: names, and the addresses of those in a private network.
NOTIFY_HOSTS = env.list(
    "NOTIFY_HOSTS", default=["oapi.dingtalk.com", "qyapi.weixin.qq.com", "open.feishu.cn"]
)
SMS_URL = env.str("SMS_URL", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")

LOGGING = logging_config(
    level=env.str("LOG_LEVEL", default="INFO"), as_json=env.bool("LOG_JSON", default=not DEBUG)
)

REDIS_URL = env.str("REDIS_URL", default="")
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "global_keyprefix": env.str("REDIS_PREFIX", default="wanzhou_water:"),
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.5,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CONCURRENCY = env.int("WORKER_PROCESSES", default=2)
CELERY_TASK_IGNORE_RESULT = True
# Nobody's request waits for the broker: a message lost is made good by the next tick.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Idempotent, so every hour: an outage on the day itself costs an hour, not half a year.
    "open-due-period": {
        "task": "reports.jobs.open_due_period",
        "schedule": crontab(minute="5"),
        "options": {"expires": 3000},
    },
    # Every minute, should a nudge have been lost; finding nothing costs four queries.
    "workbooks": {
        "task": "reports.jobs.work_on_workbooks",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "tables": {
        "task": "departments.jobs.work_on_tables",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # Every minute; a tick that finds nothing new writes nothing.
    "remind": {
        "task": "reports.jobs.remind",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # Usually nothing waits: a page that asks says so at once.
    "export-plans": {
        "task": "reports.jobs.export_plans",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
}
