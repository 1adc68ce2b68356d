"""What the workers of a crew are forked from: everything is read that they need to send."""

from django.template.loader import get_template
from django.urls import reverse

import tests.drills.shifted  # noqa: F401 - sets Django up
from reports.reminders import worker
from reports.reminders.channels import mail  # noqa: F401
from reports.reminders.messages import PARTS

for template, _ in PARTS.values():
    get_template(template)
reverse("notice-list")

drain = worker.drain
