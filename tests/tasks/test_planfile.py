"""A plan file with a fault is refused with file, place, reason and cure."""

from pathlib import Path

import pytest

from tasks.planfile import PlanFileError, read_plan_file
from tests.tasks.planfiles import REAL, amended, amended_text

ITEM_8_2 = '[["板块"."任务"."事项"]] # 8.2\n"行" = 2\n'
LEAD_8_2 = '"牵头单位" = "区水利局[直接取水企业]、区城管局[自来水供水企业]"'
LEAD_12_1 = '[["板块"."任务"."事项"]] # 12.1\n"行" = 1\n'

FAULTS = {
    "an unknown department": (
        ('"责任单位" = "区水利局、区教委"', '"责任单位" = "区水利局、区教育局"'),
        "任务31第2行责任单位：单位「区教育局」不认识；请改正名称",
    ),
    "an unknown lead": (
        ('"牵头单位" = "人行万州中心支行"', '"牵头单位" = "人行支行"'),
        "任务30第1行牵头单位：单位「人行支行」不认识",
    ),
    "a double task number": (('"序号" = 9\n', '"序号" = 8\n'), "任务8：序号重复"),
    "a double row number": ((ITEM_8_2, ITEM_8_2.replace("2\n", "1\n")), "任务8第1行：行号重复"),
    "a row without lead": ((LEAD_8_2, '"牵头单位" = ""'), "任务8第2行：「牵头单位」的值不对"),
    "a row whose lead is missing": ((LEAD_8_2 + "\n", ""), "任务8第2行：缺「牵头单位」；请补上"),
    "a department twice in a cell": (
        ('"责任单位" = "区水利局、区教委"', '"责任单位" = "区水利局、区水利局"'),
        "任务31第2行责任单位：「区水利局」与「区水利局」是同一单位",
    ),
    "both names of a department in a cell": (
        ("区农业农村委、区税务局", "万州区税务局、区税务局"),
        "任务29第1行责任单位：「区税务局」与「万州区税务局」是同一单位",
    ),
    "an empty name in a cell": (
        ('"责任单位" = "区水利局、区教委"', '"责任单位" = "区水利局、、区教委"'),
        "任务31第2行责任单位：有空的名称或过长的范围",
    ),
    "an alias that is another's name": (
        ('"别名" = ["万州区税务局"]', '"别名" = ["区水利局"]'),
        "第21个单位（区税务局）：名称或别名「区水利局」已有单位使用",
    ),
    "an alias that is its own name": (
        ('"别名" = ["万州区税务局"]', '"别名" = ["区税务局"]'),
        "第21个单位（区税务局）：名称或别名「区税务局」已有单位使用",
    ),
    "aliases that are no list": (
        ('"别名" = ["万州区税务局"]', '"别名" = "万州区税务局"'),
        "第21个单位：「别名」的值不对；应写不重复的名称",
    ),
    "a double department code": (('"代码" = "fgw"', '"代码" = "slj"'), "代码「slj」重复"),
    "a code that is no code": (('"代码" = "fgw"', '"代码" = "发改委"'), "第2个单位：「代码」写作"),
    "an unknown kind": (('"类别" = "企业"', '"类别" = "公司"'), "应写部门、镇街、企业、集合之一"),
    "members of an office": (
        ('"类别" = "企业"', '"类别" = "企业"\n"成员" = ["区教委"]'),
        "第23个单位：有「成员」而类别不是集合",
    ),
    "an unknown member": (
        ('"名称" = "各街道办事处"', '"名称" = "各街道办事处"\n"成员" = ["某街道"]'),
        "第27个单位（各街道办事处）的成员：单位「某街道」不认识",
    ),
    "an unknown comparison": (
        ('"比较" = "≤"', '"比较" = "<"'),
        "指标「用水总量」的目标值：「比较」的值不对；应写≥、≤、较基准年降低、文字目标之一",
    ),
    "a worded target with a value": (
        ('"比较" = "≤"\n"值" = 4.84', '"比较" = "文字目标"\n"值" = 4.84'),
        "「值」与「比较」不符",
    ),
    "a target without a value": (('"值" = 4.84\n', ""), "「值」与「比较」不符"),
    "a target that is text": (('"值" = 4.84', '"值" = "4.84"'), "「值」的值不对；应写数字"),
    "a target that is not finite": (('"值" = 4.84', '"值" = nan'), "「值」的值不对；应写数字"),
    "a target with too many digits": (('"值" = 4.84', '"值" = 4.84001'), "小数至多四位"),
    "a target that is a yes": (('"值" = 4.84', '"值" = true'), "「值」的值不对；应写数字"),
    "a reduction without base year": (('"基准年" = 2015\n', ""), "「基准年」与「比较」不符"),
    "two targets of a year": (
        ('"年度" = 2035', '"年度" = 2022'),
        "指标「用水总量」的目标值：2022年的目标值重复",
    ),
    "an indicator on no row": (
        ('"事项" = "12.1"', '"事项" = "12.9"'),
        "指标「城市公共供水管网漏损率」：所挂的事项「12.9」不存在",
    ),
    "a double indicator code": (
        ('"代码" = "total-water"', '"代码" = "gdp-water"'),
        "代码「gdp-water」重复",
    ),
    "a missing key": (('"文号" = "万州水利发〔2020〕50号"\n', ""), "方案：缺「文号」；请补上"),
    "a misspelt key": (
        ('"目标任务" = "控制地下水开采量"', '"目标任物" = "控制地下水开采量"'),
        "任务15：不认识「目标任物」；可写的只有序号、目标任务、事项",
    ),
    "a number that is text": (
        ('"序号" = 15', '"序号" = "15"'),
        "「序号」的值不对；应写1到999的整数",
    ),
    "a date that is text": (("2020-05-15", '"2020-05-15"'), "方案：「印发日期」的值不对；应写日期"),
    "a due day that no month has": (
        ('"半年结束后次月截止日" = 15', '"半年结束后次月截止日" = 31'),
        "方案设置：「半年结束后次月截止日」的值不对；应写1到28的整数",
    ),
    "a flag that is text": (
        ('"显示排名" = false', '"显示排名" = "否"'),
        "应写true（是）或 false（否）",
    ),
    "a period that is none": (('"2035H2"', '"2035H3"'), "「最后报告期」的值不对；应写报告期"),
    "periods the wrong way round": (('"2035H2"', '"2019H2"'), "「最后报告期」早于「首个报告期」"),
    "one receiver": (('["区水利局", "区发展改革委"]', '["区水利局"]'), "「汇总单位」只有一个"),
    "an unknown receiver": (
        ('["区水利局", "区发展改革委"]', '["区水利局", "市水利局"]'),
        "方案的汇总单位：单位「市水利局」不认识",
    ),
    "an unknown issuer": (
        ('"单位" = "区发展改革委"\n"印文名称"', '"单位" = "市发展改革委"\n"印文名称"'),
        "第2个印发单位：单位「市发展改革委」不认识",
    ),
    "a double section": (
        ('"节" = "（二）农业节水增效"', '"节" = "（一）总量强度双控"'),
        "第2个板块：板块「三、重点行动·（一）总量强度双控」重复",
    ),
    "text of the wrong type": (
        ('"节" = "（二）农业节水增效"', '"节" = 2'),
        "第2个板块：「节」的值不对",
    ),
    "an invisible character": (
        ('"目标任务" = "控制地下水开采量"', '"目标任务" = "控制\\u202E地下水开采量"'),
        "任务15：「目标任务」含首尾空格、换行或不可见字符",
    ),
    "a NUL": (
        ('"目标任务" = "控制地下水开采量"', '"目标任务" = "控制\\u0000地下水开采量"'),
        "任务15：「目标任务」含首尾空格、换行或不可见字符",
    ),
    "a title that is too long": (
        ('"目标任务" = "控制地下水开采量"', f'"目标任务" = "{"水" * 101}"'),
        "任务15：「目标任务」有101字；不得超过100字",
    ),
    "a table that is none": (('["方案"."设置"]', '["方案"."设制"]'), "方案：缺「设置」"),
    "a key of no table": (('["方案"]\n', '"备注" = 1\n\n["方案"]\n'), "文件：不认识「备注」"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), FAULTS.values(), ids=FAULTS.keys())
def test_it_is_refused_with_place_reason_and_cure(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    path = amended(tmp_path, change)
    with pytest.raises(PlanFileError) as refusal:
        read_plan_file(path)
    assert sentence in str(refusal.value)
    for line, fault in zip(str(refusal.value).split("\n"), refusal.value.faults, strict=True):
        assert line.startswith(f"{path}：")
        assert fault.place
        assert fault.reason
        assert fault.cure


def test_all_faults_are_found_in_one_go(tmp_path: Path) -> None:
    faults = ("an unknown department", "an unknown lead", "a double section")
    path = amended(tmp_path, *(FAULTS[name][0] for name in faults))
    with pytest.raises(PlanFileError) as refusal:
        read_plan_file(path)
    places = [fault.place for fault in refusal.value.faults]
    assert places == ["第2个板块", "任务30第1行牵头单位", "任务31第2行责任单位"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('["方案"]\n"名称" = "甲\n', "第2行第10列：TOML 写法有误"),
        ('["方案"]\n"名称" = "甲"\n"名称" = "乙"\n', "TOML 写法有误"),
        ('["方案"]\n"名称" = ', "：TOML 写法有误"),
        ("x = " + "9" * 5000, "数字过大"),
        ("x = " + "[" * 5000, "嵌套过深"),
        ("", "文件：缺「方案」"),
        ('"方案" = 1\n"单位" = 2\n"板块" = [3]\n"指标" = []', "文件：「板块」的值不对"),
    ],
)
def test_a_text_that_is_no_plan_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(PlanFileError, match=sentence):
        read_plan_file(amended_text(tmp_path, text))


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match="打不开（No such file or directory）；请核对路径"):
        read_plan_file(tmp_path / "none.toml")


def test_a_file_in_another_encoding_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes(REAL.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(PlanFileError, match="不是 UTF-8 编码的文本；请另存为 UTF-8 编码"):
        read_plan_file(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = amended_text(tmp_path, "\ufeff" + REAL.read_text(encoding="utf-8"))
    assert read_plan_file(path) == read_plan_file(REAL)
