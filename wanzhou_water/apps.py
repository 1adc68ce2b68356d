"""Which admin site Django's admin app serves; what is asked of SQLite."""

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    """Django's admin, open to those who work as 管理员 today and to nobody else."""

    default_site = "departments.console.Console"

    def ready(self) -> None:
        """Discover the tables of the console, as Django's own does."""
        super().ready()
        from wanzhou_water import sqlite  # noqa: F401 - listens to new connections
