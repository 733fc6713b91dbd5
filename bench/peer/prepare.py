"""Migrate, make a queue and an officer, log in: prints the cookie and the CSRF token as JSON."""

import json
import os
import secrets

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - only after setup
from django.core.management import call_command  # noqa: E402
from django.middleware.csrf import _get_new_csrf_string  # noqa: E402
from django.test import Client  # noqa: E402
from helpdesk.models import Queue  # noqa: E402

call_command("migrate", verbosity=0)
queue = Queue.objects.create(title="triage", slug="triage", allow_public_submission=True)
officer = get_user_model().objects.create_superuser("officer", password=secrets.token_hex(16))
client = Client()
client.force_login(officer)
csrf = _get_new_csrf_string()
print(json.dumps({"queue": queue.pk, "session": client.cookies["sessionid"].value, "csrf": csrf}))
