from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class DepartmentsConfig(AppConfig):
    name = "departments"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from departments import handlers  # noqa: F401 - connects the security log

        # Django saves the whole row at each sign-in, which would write a line of its history.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
