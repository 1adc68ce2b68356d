"""The departments of a plan file, with their names and aliases."""

from collections.abc import Sequence

from departments.models import Department, DepartmentAlias
from tasks.actions.sync import sync_rows
from tasks.actions.tally import Tally
from tasks.planfile import PlanFileError
from tasks.planfile.data import DepartmentData
from tasks.planfile.faults import Fault


def load_departments(
    bodies: Sequence[DepartmentData], *, file: str, tally: Tally
) -> dict[str, Department]:
    """Departments of the file by code; call within a transaction.

    Raises PlanFileError where a name or alias belongs to another department of the database.
    """
    if faults := _clashes(bodies):
        raise PlanFileError(file, faults)
    there = {row.code: row for row in Department.objects.all()}
    rows = sync_rows(
        Department,
        there=there,
        wanted={
            body.code: {"code": body.code, "name": body.name, "kind": body.kind} for body in bodies
        },
        only_first={body.code: {"order": body.order} for body in bodies},
        tally=tally,
    )
    for body in bodies:
        if body.members and body.code not in there:
            rows[body.code].members.set([rows[code] for code in body.members])
    _load_aliases(bodies, rows, tally)
    return rows


def _load_aliases(
    bodies: Sequence[DepartmentData], rows: dict[str, Department], tally: Tally
) -> None:
    wanted = {
        alias: {"name": alias, "department_id": rows[body.code].pk}
        for body in bodies
        for alias in body.aliases
    }
    there = {row.name: row for row in DepartmentAlias.objects.all()}
    sync_rows(DepartmentAlias, there=there, wanted=wanted, tally=tally)


def _clashes(bodies: Sequence[DepartmentData]) -> list[Fault]:
    owners = dict(Department.objects.values_list("name", "code"))
    owners |= dict(DepartmentAlias.objects.values_list("name", "department__code"))
    return [
        Fault(
            f"第{body.order}个单位（{body.name}）",
            f"名称或别名「{name}」在系统中属于代码为「{owners[name]}」的单位",
            "请改用该代码，或先在管理后台更名",
        )
        for body in bodies
        for name in (body.name, *body.aliases)
        if owners.get(name, body.code) != body.code
    ]
