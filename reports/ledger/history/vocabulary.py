"""Words that offices use for what the product calls otherwise, as old ledgers have them.

Headings in this list are sure; wordings of states and times are proposals, which somebody confirms.
"""

from collections.abc import Mapping

from reports.states import Assessment

HEADINGS: Mapping[str, str] = {
    "key": "系统编号",
    "number": "序号 编号 号 项次 任务编号 事项编号 任务序号 序",
    "task": "目标任务 任务 重点任务 任务名称 主要任务 目标 目标任务名称 任务项目",
    "work": (
        "工作内容 事项 工作任务 具体内容 重点工作 工作事项 任务内容 具体措施 工作措施 "
        "主要内容 主要工作内容 工作要求 具体工作内容 具体任务 重点工作内容"
    ),
    "lead": (
        "牵头单位 牵头部门 牵头责任单位 主办单位 主责单位 牵头 责任单位牵头 牵头科室单位 "
        "主要责任单位"
    ),
    "responsible": (
        "责任单位 配合单位 配合部门 协办单位 参与单位 责任部门 配合责任单位 协同单位 协办部门"
    ),
    "state": "推进状态 状态 进展状态 工作状态 完成状态 进度状态 自评状态 推进情况状态",
    "assessed": "核定状态 审核状态 核查状态 认定状态 核定结果",
    "completion": (
        "完成率 完成比例 完成进度 完成百分比 完成度 累计完成率 进度 任务完成率 完成比率 "
        "工作进度 完成率累计"
    ),
    "progress": (
        "进展情况 工作进展 工作进展情况 落实情况 完成情况 工作开展情况 开展情况 "
        "推进落实情况 贯彻落实情况 工作完成情况 推进情况 工作推进情况 工作落实情况 "
        "任务完成情况 任务进展情况 任务进展 进展 工作情况 目前进展 最新进展 已开展工作 "
        "已完成工作"
    ),
    "problems": (
        "存在问题 存在的问题 问题 困难 存在困难和问题 问题及困难 主要问题 困难和问题 "
        "存在困难 存在的困难和问题 存在的主要问题 存在的困难 存在问题及困难"
    ),
    "coordination": (
        "需协调解决事项 需协调事项 协调事项 需要协调解决的问题 需协调解决的问题 "
        "需协调解决问题 需要协调事项 请求协调事项 需市区协调事项"
    ),
    "next_steps": (
        "下一步计划 下一步打算 下一步工作 下步工作 下一步工作安排 下一步工作打算 "
        "下阶段计划 下一步工作计划 下步打算 下步措施 下一步措施 下阶段工作安排 "
        "下步工作计划 下步计划 下一步安排 工作计划"
    ),
    "indicators": "指标 指标完成值 指标完成情况 指标值",
    "filed_at": "报送时间 上报时间 报送日期 上报日期 填报时间 填报日期 报送日 上报日",
    "on_time": "是否按时 是否按时报送 按时报送 是否按时上报 报送是否按时 是否逾期报送",
    "review": "审核意见 核查意见 审核情况 审核结果 汇总单位意见",
    "note": "备注 说明 备注说明 其他 其他说明",
    "goal": "年度目标 本年度目标 年度目标任务 年度任务",
    "office": "责任科室 承办科室 科室 责任处室 承办处室",
    "person": "经办人 联系人 填报人 责任人 具体责任人 承办人 填表人 分管领导",
    "telephone": "联系电话 电话 联系方式 手机 办公电话",
    "support": "责任单位配合情况 配合情况 配合单位情况 责任单位落实情况 配合单位落实情况",
    "files": "佐证材料 附件 佐证 证明材料 佐证资料 印证资料",
    "version": "版本",
    "status": "填报状态",
}
"""Column → headings, parted by blanks."""

STATES: Mapping[str, str] = {
    Assessment.NOT_BEGUN: (
        "未开展 未开始 尚未启动 尚未开展 未实施 没有启动 暂未启动 待启动 无进展"
    ),
    Assessment.ON_TRACK: (
        "进行中 推进中 正在推进 正在进行 正常 有序推进 按计划推进 按期推进 基本完成 "
        "已启动 在建 实施中 正在实施 按进度推进 序时推进 达到序时进度 部分完成 进展顺利"
    ),
    Assessment.BEHIND: "滞后 进度滞后 推进缓慢 进展缓慢 缓慢 推进滞后 未达序时进度 未完成 有差距",
    Assessment.FAR_BEHIND: "严重滞后 明显滞后 重度滞后",
    Assessment.DONE: "完成 全部完成 已全部完成 已办结 办结 已落实 100% 已达标 圆满完成 完成100%",
    Assessment.STANDING: (
        "长期 持续推进 持续 常态化 常态化推进 长期推进 长期任务 持续开展 长期坚持推进 常态推进"
    ),
}
"""State → wordings. 基本完成 is not 已完成."""

TIMES: Mapping[str, str] = {
    "on_time": "√ 按期 已按时 按时报送 按期报送 y yes 准时",
    "late": "× x n no 逾期 超期 未按时 迟 逾期报送 延迟 晚报 补报",
}
"""是否按时 → wordings."""


def by_word(table: Mapping[str, str]) -> dict[str, str]:
    """Each of the words of ``table`` with what it means."""
    return {word: key for key, words in table.items() for word in words.split()}
