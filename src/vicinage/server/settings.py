"""Django's settings, read from the environment once. docs/settings.md names each variable."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from vicinage.server import smtp
from vicinage.server.database import parse
from vicinage.server.home import secret_key

HERE = Path(__file__).parent
VICINAGE_HOME = Path(os.environ.get("VICINAGE_HOME", ".state")).resolve()
VICINAGE_PORT = int(os.environ.get("VICINAGE_PORT", "8000"))
VICINAGE_ORIGIN = os.environ.get("VICINAGE_ORIGIN", f"http://127.0.0.1:{VICINAGE_PORT}").rstrip("/")
VICINAGE_LOG_ORIGIN = os.environ.get("VICINAGE_LOG_ORIGIN", "vicinage.localhost/log")
VICINAGE_WITNESSES = os.environ.get("VICINAGE_WITNESSES", "")
VICINAGE_REGIME = os.environ.get("VICINAGE_REGIME", "public-2021")
VICINAGE_PWNED_PASSWORDS = os.environ.get("VICINAGE_PWNED_PASSWORDS", "") == "1"
VICINAGE_DNS = os.environ.get("VICINAGE_DNS", "")
VICINAGE_VERIFY_EMAIL = os.environ.get("VICINAGE_VERIFY_EMAIL", "") == "1"
VICINAGE_MAIL_SPREAD = int(os.environ.get("VICINAGE_MAIL_SPREAD", "900"))

_origin = urlsplit(VICINAGE_ORIGIN)
IS_HTTPS = _origin.scheme == "https"

DEBUG = False
SECRET_KEY = secret_key(VICINAGE_HOME)
ALLOWED_HOSTS = list(
    {_origin.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"}
    | set(filter(None, os.environ.get("VICINAGE_HOSTS", "").split(",")))
)
CSRF_TRUSTED_ORIGINS = [VICINAGE_ORIGIN]

DATABASES = {"default": parse(os.environ.get("VICINAGE_DATABASE_URL", ""), VICINAGE_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database: counts of failed log-ins and used codes outlive a restart and are shared by processes.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # What everybody sees alike, by the log's root: feed.public_page.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 500}},
}

APPS = [
    *("ledger", "accounts", "regime", "agencies", "feed", "assemblies", "library", "rfas", "posts"),
    *("mediation", "handovers", "notices", "public"),
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    *(f"vicinage.server.{app}" for app in APPS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_vite",
]
MIDDLEWARE = [
    "vicinage.server.middleware.SecurityHeaders",
    "vicinage.server.middleware.Shared",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vicinage.server.accounts.middleware.SecondFactor",
    "vicinage.server.middleware.Problems",
]
ROOT_URLCONF = "vicinage.server.urls"
ASGI_APPLICATION = "vicinage.server.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vicinage.server.regime.banner.announced",
            ]
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "built",
        "manifest_path": HERE / "static" / "built" / "manifest.json",
    }
}

# One request's body: an upload's chunk is the largest (4 MiB); the ASGI front refuses beyond this.
VICINAGE_BODY_LIMIT = 4 * 1024 * 1024 + 64 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = VICINAGE_BODY_LIMIT
VICINAGE_CLIP_LIMIT = 1024 * 1024 * 1024
VICINAGE_HOUSEHOLD_LIMIT = 64 * 1024**3

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "vicinage.server.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
    {"NAME": "vicinage.server.accounts.validators.NotAPattern"},
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email"]}},
]
if VICINAGE_PWNED_PASSWORDS:
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "pwned_passwords_django.validators.PwnedPasswordsValidator"})

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "vicinage.server.accounts.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if VICINAGE_VERIFY_EMAIL else "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
# Else whoever holds a session adds an address of their own, and resets the password by it.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = not VICINAGE_VERIFY_EMAIL
MFA_TOTP_ISSUER = "Vicinage"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

_mail = smtp.parse(os.environ.get("VICINAGE_SMTP_URL", ""), os.environ.get("VICINAGE_EMAIL_BACKEND", ""))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = _mail.is_tls, _mail.is_starttls, smtp.TIMEOUT_S
EMAIL_FILE_PATH = VICINAGE_HOME / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("VICINAGE_FROM_EMAIL", f"vicinage@{_origin.hostname}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "vicinage.server.discreet.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": os.environ.get("VICINAGE_LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
