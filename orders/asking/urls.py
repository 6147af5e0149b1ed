"""Addresses of asking MSMEs and their answers."""

from django.urls import path

from orders.asking.views import answer_link, ask, requests, sourcing, workbench

urlpatterns = [
    path("j/<str:token>/", answer_link.answer_link, name="answer_link"),
    path("permintaan/", requests.request_list, name="requests"),
    path("permintaan/<int:order_id>/", requests.request_detail, name="request"),
    path("pembagian/", workbench.workbench_list, name="workbench_list"),
    path("pembagian/<int:order_id>/", workbench.workbench, name="workbench"),
    path("pembagian/<int:order_id>/tanya/", ask.ask, name="ask"),
    path("pembagian/<int:order_id>/lepas/", workbench.release, name="release"),
    path("pembagian/<int:order_id>/otomatis/", sourcing.start, name="sourcing"),
    path("pembagian/<int:order_id>/otomatis/hentikan/", sourcing.stop, name="sourcing_stop"),
    path("pembagian/<int:order_id>/tautan/", sourcing.links, name="links"),
    path("pembagian/<int:order_id>/tautan/<int:link_id>/kirim/", sourcing.renew, name="renew_link"),
    path("pembagian/<int:order_id>/atas-nama/<int:msme_id>/", sourcing.answer_for, name="answer_for"),
    path("pembagian/<int:order_id>/tautan/<int:link_id>/cabut/", sourcing.revoke, name="revoke_link"),
    path("pesanan/<int:order_id>/tolak-permintaan/", workbench.decline, name="decline"),
]
