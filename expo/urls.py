"""Addresses of the expo: the dashboard, pledges, channel sales and editions. All for expo staff."""

from django.urls import include, path

from expo.channels.views import channels
from expo.channels.views import sheet as channel_import
from expo.editions import views as editions
from expo.figures.views import breakdown, dashboard, snapshots
from expo.pledges import views as pledges
from expo.report import views as reports

app_name = "expo"
urlpatterns = [
    path("", include("expo.begin.urls")),
    path("dasbor/", dashboard.home, name="home"),
    path("dasbor/menurut/<slug:dimension>/", breakdown.by, name="by"),
    path("dasbor/potret/", snapshots.snapshot_list, name="snapshots"),
    path("dasbor/potret/baru/", snapshots.snapshot_new, name="snapshot_new"),
    path("dasbor/potret/<int:snapshot_id>/", snapshots.snapshot_detail, name="snapshot"),
    path("dasbor/laporan/", reports.report_list, name="reports"),
    path("dasbor/laporan/baru/", reports.report_new, name="report_new"),
    path("dasbor/laporan/jadwal/", reports.report_schedule, name="report_schedule"),
    path("dasbor/laporan/<int:report_id>/xlsx/", reports.report_workbook, name="report_workbook"),
    path("komitmen/", pledges.pledge_list, name="pledges"),
    path("komitmen/baru/", pledges.pledge_new, name="pledge_new"),
    path("komitmen/<int:pledge_id>/", pledges.pledge_detail, name="pledge"),
    path("komitmen/<int:pledge_id>/akhiri/", pledges.pledge_end, name="pledge_end"),
    path("kanal/", channels.channel_list, name="channels"),
    path("kanal/baru/", channels.channel_new, name="channel_new"),
    path("kanal/impor/", channel_import.upload, name="channels_import"),
    path("kanal/impor/templat/<str:kind>/", channel_import.template, name="channels_import_template"),
    path("kanal/impor/<int:job_id>/", channel_import.review, name="channels_import_review"),
    path("penyelenggaraan/", editions.edition_list, name="editions"),
    path("penyelenggaraan/baru/", editions.edition_new, name="edition_new"),
    path("penyelenggaraan/<int:edition_id>/", editions.edition_edit, name="edition_edit"),
    path("penyelenggaraan/<int:edition_id>/katalog/", editions.edition_catalogue, name="edition_catalogue"),
    path("penyelenggaraan/<int:edition_id>/tutup/", editions.edition_close, name="edition_close"),
]
