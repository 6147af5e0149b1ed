"""Addresses of the expo: the dashboard, pledges, channel sales and editions. All for expo staff."""

from django.urls import path

from expo.views import breakdown, channels, dashboard, editions, pledges, snapshots

app_name = "expo"
urlpatterns = [
    path("dasbor/", dashboard.home, name="home"),
    path("dasbor/menurut/<slug:dimension>/", breakdown.by, name="by"),
    path("dasbor/potret/", snapshots.snapshot_list, name="snapshots"),
    path("dasbor/potret/baru/", snapshots.snapshot_new, name="snapshot_new"),
    path("dasbor/potret/<int:snapshot_id>/", snapshots.snapshot_detail, name="snapshot"),
    path("komitmen/", pledges.pledge_list, name="pledges"),
    path("komitmen/baru/", pledges.pledge_new, name="pledge_new"),
    path("komitmen/<int:pledge_id>/", pledges.pledge_detail, name="pledge"),
    path("komitmen/<int:pledge_id>/akhiri/", pledges.pledge_end, name="pledge_end"),
    path("kanal/", channels.channel_list, name="channels"),
    path("kanal/baru/", channels.channel_new, name="channel_new"),
    path("penyelenggaraan/", editions.edition_list, name="editions"),
    path("penyelenggaraan/baru/", editions.edition_new, name="edition_new"),
    path("penyelenggaraan/<int:edition_id>/", editions.edition_edit, name="edition_edit"),
    path("penyelenggaraan/<int:edition_id>/tutup/", editions.edition_close, name="edition_close"),
]
