import django.db.models.deletion
from django.db import migrations, models


def name_departments(apps, schema_editor):
    """A value that came with a report is its department's; any other, the first receiver's."""
    Measurement = apps.get_model('reports', 'Measurement')
    Report = apps.get_model('reports', 'Report')
    PlanReceiver = apps.get_model('tasks', 'PlanReceiver')
    report = Report.objects.filter(pk=models.OuterRef('report'))
    Measurement.objects.filter(report__isnull=False).update(
        department=models.Subquery(report.values('department')[:1])
    )
    plan = models.OuterRef('period__plan')
    receivers = PlanReceiver.objects.filter(plan=plan).order_by('order')
    rest = Measurement.objects.filter(department__isnull=True)
    for row in rest.annotate(first=models.Subquery(receivers.values('department')[:1])):
        Measurement.objects.filter(pk=row.pk).update(department=row.first)


class Migration(migrations.Migration):
    """Data first, the stricter column after: PostgreSQL does not do both in one transaction."""

    atomic = False

    dependencies = [
        ('reports', '0006_indicator_values'),
    ]

    operations = [
        migrations.RunPython(name_departments, migrations.RunPython.noop, atomic=True),
        migrations.AlterField(
            model_name='measurement',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department', verbose_name='单位'),
        ),
    ]
