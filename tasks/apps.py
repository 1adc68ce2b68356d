from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "方案与任务"

    def ready(self) -> None:
        from tasks.actions import hand_over  # noqa: F401 - subscribes to hand-overs
