"""The project's own settings, in an environment made for a test run.

Everything a run writes goes to a folder that is removed at its end, one per parallel process. The child
processes that ``tests.harness`` starts import this module too, so that they read and write in the same places.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TEST_RUN_DIR" not in os.environ:
    os.environ["TEST_RUN_DIR"] = tempfile.mkdtemp(prefix="kumkm-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_RUN_DIR"], ignore_errors=True)
_folder = Path(os.environ["TEST_RUN_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["VAR_DIR"] = str(_folder)

if os.environ.get("DATABASE_URL"):
    # With DATABASE_URL the settings are those of production; a test speaks plain HTTP to this machine.
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 4)
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
    os.environ.setdefault("SECURE_COOKIES", "false")
    os.environ.setdefault("SECURE_SSL_REDIRECT", "false")
    os.environ.setdefault("SECURE_HSTS_SECONDS", "0")
    os.environ.setdefault("LOG_LEVEL", "WARNING")

from procurement.settings import *  # noqa: E402, F403
from procurement.settings import DATABASES, PASSWORD_HASHERS, STORAGES  # noqa: E402

# A file instead of memory: threads and child processes then meet the locks that they meet in earnest.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}

# Making a user must not cost 50 ms; the real hashers stay available to the tests that ask for them.
PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")

# A browser of a test has no certificate to trust; passkeys insist on HTTPS otherwise.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

# The names that collectstatic would make are checked by the check run, not by every test.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True

# Child processes write their mail to files as well, whatever the database; the test itself keeps its own in memory.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = _folder / "mail"
