from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Coalesce


def part(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What the approver said goes to its own field; the reviewer's words of a return stay, and
    are taken from the return again where a submission or the approver had overwritten them."""
    reports = apps.get_model("reports", "Report").objects
    reports.exclude(status__in=("returned", "exempt")).update(
        sent_back=models.F("correction"), correction=""
    )
    reports.filter(status="exempt").exclude(status_before="returned").update(
        sent_back=models.F("correction"), correction=""
    )
    returns = apps.get_model("reports", "ReportEvent").objects.filter(
        report=models.OuterRef("pk"), action="return"
    )
    newest = models.Subquery(returns.order_by("-at", "-id").values("comment")[:1])
    words = Coalesce(newest, models.F("correction"))
    reports.filter(refile_due_on__isnull=False).update(correction=words)


def join(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One field for both again: of two the newer one, which is the approver's."""
    reports = apps.get_model("reports", "Report").objects
    reports.exclude(sent_back="").update(correction=models.F("sent_back"))


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_background_history_and_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="sent_back",
            field=models.TextField(blank=True, default="", verbose_name="审签人退回意见"),
            preserve_default=False,
        ),
        migrations.RunPython(part, join),
    ]
