"""The page that lies in the zip and says what is in it."""

import datetime

from departments.models import User
from tasks.models import Plan

TEXT = """{title}：全部数据

导出时间：{moment}（北京时间），导出人：{who}
范围：{scope}

表/　　　　　每张表一个工作簿，行数多的续在 -2、-3……里。编号列在各表之间互相对应，
　　　　　　　代码列和编号列旁边有中文。日期时间带时区，附加内容（JSON）原样保留。
附件/　　　　上传的原件，文件名前面的数字是附件编号。
长文.jsonl　　单元格放不下（超过 32767 字）或放不准的文字，每行一条：表、编号、列、全文；
　　　　　　　表里相应的格写明在第几行。没有这样的文字就没有这个文件。
manifest.json　各表行数、各文件的字节数和 SHA-256；没有放进来的表和原因；附件有问题的逐个列明。

密码、登录口令、机器人地址里的密钥不在其中。含个人信息和工作内容，请按规定保管，不得外传。
"""
EVERYTHING = "全部数据，含没有报送的草稿"
FILED = "各单位已报送的内容；没有报送的草稿不在其中"


def guide_text(plan: Plan, reader: User | None, moment: datetime.datetime) -> str:
    """说明.txt for an export by ``reader``, None for the operator's."""
    return TEXT.format(
        title=plan.title,
        moment=f"{moment:%Y-%m-%d %H:%M}",
        who=str(reader or "命令行"),
        scope=FILED if reader else EVERYTHING,
    )
