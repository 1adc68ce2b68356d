"""Why a report can't be changed now, in words."""

from reports.models import Report
from reports.states import Action, Status

LOCKED_BECAUSE = {
    Status.BLANK: "本项尚未填报",
    Status.DRAFT: "本项正在填写，尚未报送",
    Status.PENDING: "本项已提交、正待审签；要修改请先撤回",
    Status.FILED: "本项已报送待审核；要修改请申请退回",
    Status.ACCEPTED: "本项已审核；要修改请申请退回",
    Status.RETURNED: "本项已退回，尚未重报",
    Status.EXEMPT: "本项本期免报",
}


def locked_sentence(report: Report, action: Action) -> str:
    """Why ``action`` can't be done now, and what one can do instead (Chinese)."""
    if report.period.is_closed:
        label = f"{report.period.label}报告期已关闭，不能再{action.label}"
        return f"{label}；如确需补报，请联系汇总单位重新开放。"
    return f"{LOCKED_BECAUSE[Status(report.status)]}，因此不能「{action.label}」。"
