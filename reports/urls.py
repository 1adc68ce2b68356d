"""Addresses of everything about reports."""

from django.urls import path, register_converter

from reports.converters import HalfYearConverter
from reports.views import (
    approval,
    attachment,
    baselines,
    coordination,
    entry,
    extensions,
    history,
    home,
    indicators,
    ledger,
    measurements,
    notice_desk,
    notice_settings,
    notices,
    overview,
    paper,
    periods,
    report,
    review,
    search,
    submission,
    table,
    urge_steps,
    urging,
    workbook,
    workbook_import,
)

register_converter(HalfYearConverter, "half_year")
_PERIODS = "plans/<slug:plan>/periods/"
_INDICATORS = "plans/<slug:plan>/indicators/"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("help/", home.help_page, name="help"),
    path("reports/<int:pk>/", report.report_page, name="report"),
    path("reports/<int:pk>/save/", report.report_save, name="report-save"),
    path("reports/<int:pk>/merge/", report.report_merge, name="report-merge"),
    path("reports/<int:pk>/withdraw/", report.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/ask-return/", report.report_ask_return, name="report-ask-return"),
    path("reports/<int:pk>/unchanged/", report.report_unchanged, name="report-unchanged"),
    path("attachments/<int:pk>/", attachment.download, name="attachment"),
    path("attachments/<int:pk>/remove/", attachment.remove, name="attachment-remove"),
    path("reports/<int:pk>/decide/", review.decide, name="review-decide"),
    path("reports/<int:pk>/compare/", review.compare_texts, name="compare"),
    path("reports/<int:pk>/send-back/", approval.send_back_report, name="send-back"),
    path("reports/<int:pk>/paper/", paper.paper, name="report-paper"),
    path("reports/<int:pk>/exemption/", paper.exemption, name="report-exemption"),
    path("approvals/", approval.approval_list, name="approval-list"),
    path("approvals/sign/", approval.approve, name="approve"),
    path("review/", review.review_queue, name="review-queue"),
    path("review/receive/", review.receive, name="review-receive"),
    path("submissions/", submission.submission_list, name="submission-list"),
    path("submissions/<int:pk>/", submission.submission_page, name="submission"),
    *(
        path(
            f"submissions/<int:pk>/{kind}/",
            submission.sheet,
            {"kind": kind},
            name=f"submission-{kind}",
        )
        for kind in submission.SHEETS
    ),
    path("submissions/<int:pk>/scan/", submission.upload_scan, name="submission-scan"),
    path("submissions/<int:pk>/number/", submission.set_number, name="submission-number"),
    path("reports/<int:pk>/request-entries/", entry.entry_request, name="entry-request"),
    path("entries/", entry.entry_list, name="entry-list"),
    path("entries/new/", entry.entry_new, name="entry-new"),
    path("entries/nothing/", entry.entry_nothing, name="entry-nothing"),
    path("entries/<int:pk>/edit/", entry.entry_edit, name="entry-edit"),
    path("periods/<int:pk>/table/", table.table_form, name="table-form"),
    path("periods/<int:pk>/workbook/", workbook.workbook, name="workbook"),
    path("periods/<int:pk>/imports/", workbook_import.workbook_upload, name="workbook-upload"),
    path("imports/<int:pk>/", workbook_import.workbook_import, name="workbook-import"),
    path("imports/<int:pk>/confirm/", workbook_import.workbook_confirm, name="workbook-confirm"),
    path("imports/<int:pk>/rejected/", workbook.rejected, name="workbook-rejected"),
    path("imports/<int:pk>/<slug:how>/", workbook_import.workbook_settle, name="workbook-settle"),
    path(f"{_PERIODS}<half_year:code>/ledger/", ledger.ledger, name="ledger"),
    path(_INDICATORS, indicators.indicator_list, name="indicator-list"),
    path(f"{_INDICATORS}<slug:code>/", indicators.indicator, name="indicator"),
    path(
        f"{_INDICATORS}<slug:code>/<half_year:half>/<slug:department>/",
        measurements.measurement_enter,
        name="measurement-enter",
    ),
    path(
        f"{_INDICATORS}<slug:code>/baseline/<int:year>/",
        baselines.baseline_enter,
        name="baseline-enter",
    ),
    path(_PERIODS, periods.period_list, name="period-list"),
    path(f"{_PERIODS}<half_year:code>/", overview.overview, name="overview"),
    path(f"{_PERIODS}<half_year:code>/list/", overview.overview_list, name="overview-list"),
    path(
        f"{_PERIODS}<half_year:code>/coordination/",
        coordination.coordination_list,
        name="coordination-list",
    ),
    path("reports/<int:pk>/coordination/", coordination.coordination_new, name="coordination-new"),
    path("coordination/<int:pk>/", coordination.coordination_edit, name="coordination-edit"),
    path(f"{_PERIODS}<half_year:code>/urge/", urging.urge_page, name="urge"),
    path(
        f"{_PERIODS}<half_year:code>/urge/<slug:department>/call/",
        urge_steps.urge_call,
        name="urge-call",
    ),
    path(
        f"{_PERIODS}<half_year:code>/urge/<slug:department>/letter/",
        urge_steps.urge_letter,
        name="urge-letter",
    ),
    path("urges/<int:pk>/letter/", urge_steps.urge_sheet, name="urge-sheet"),
    path(f"{_PERIODS}<half_year:code>/open/", periods.period_open, name="period-open"),
    path(f"{_PERIODS}<half_year:code>/owe/", periods.period_owe, name="period-owe"),
    *(
        path(
            f"{_PERIODS}<half_year:code>/{step}/",
            periods.period_step,
            {"step": step},
            name=f"period-{step}",
        )
        for step in periods.STEPS
    ),
    path(
        f"{_PERIODS}<half_year:code>/extensions/<slug:department>/ask/",
        extensions.extension_ask,
        name="extension-ask",
    ),
    path(
        f"{_PERIODS}<half_year:code>/extensions/<slug:department>/grant/",
        extensions.extension_grant,
        name="extension-grant",
    ),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/read/", notices.notice_read_all, name="notice-read-all"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/settings/", notice_settings.notice_settings, name="notice-settings"),
    path("notices/settings/robot/", notice_settings.robot_add, name="notice-robot-add"),
    path(
        "notices/settings/robot/<int:pk>/drop/",
        notice_settings.robot_drop,
        name="notice-robot-drop",
    ),
    path("notices/settings/calendar/", notice_settings.calendar_make, name="calendar-make"),
    path(
        "notices/settings/calendar/revoke/",
        notice_settings.calendar_revoke,
        name="calendar-revoke",
    ),
    path("calendar/<slug:token>.ics", notice_settings.calendar, name="calendar"),
    path("notices/desk/", notice_desk.desk, name="notice-desk"),
    path("notices/desk/ahead/", notice_desk.ahead, name="notice-ahead"),
    path("notices/desk/release/", notice_desk.desk_release, name="notice-release"),
    *(
        path(f"notices/desk/{how}/", notice_desk.desk_settle, {"how": how}, name=f"notice-{how}")
        for how in ("arrived", "again")
    ),
    path("notices/desk/start/<slug:name>/", notice_desk.channel_start, name="channel-start"),
    path(
        "periods/<int:pk>/acknowledge/<slug:department>/",
        notices.acknowledge_period,
        name="acknowledge",
    ),
    path("plans/<slug:plan>/history/", history.history_list, name="history-list"),
    path("history/<int:pk>/", history.history, name="history"),
    path("history/<int:pk>/columns/", history.history_columns, name="history-columns"),
    path("history/<int:pk>/rows/", history.history_rows, name="history-rows"),
    path("history/<int:pk>/confirm/", history.history_confirm, name="history-confirm"),
    path("history/<int:pk>/drop/", history.history_drop, name="history-drop"),
    path("extensions/", extensions.extension_list, name="extension-list"),
    path("extensions/<int:pk>/", extensions.extension_page, name="extension"),
]
