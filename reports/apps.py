from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "进展报送"

    def ready(self) -> None:
        """A change of the plan exempts what it takes out, and takes back what it restores.

        The admin's tables read workbooks as the ledger does.
        """
        from departments.tables.intake import READERS
        from reports.handlers import follow_plan
        from reports.ledger.console import read_workbook
        from tasks.signals import assignments_changed

        assignments_changed.connect(follow_plan, dispatch_uid="reports.follow_plan")
        READERS[".xlsx"] = read_workbook
