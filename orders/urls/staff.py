"""Addresses of orders for expo staff, and the search for everybody."""

from django.urls import path

from orders.views import (
    staff_board,
    staff_chase,
    staff_quote,
    staff_search,
    staff_sourcing,
    staff_split,
    staff_split_follow,
    staff_stage,
    staff_workbench,
)

urlpatterns = [
    path("papan/", staff_board.board, name="board"),
    path("papan/tahap/<slug:stage>/", staff_stage.stage, name="stage"),
    path("komitmen/<int:pledge_id>/pesanan/", staff_board.of_pledge, name="of_pledge"),
    path("pembagian/", staff_workbench.workbench_list, name="workbench_list"),
    path("pembagian/<int:order_id>/", staff_workbench.workbench, name="workbench"),
    path("pembagian/<int:order_id>/tanya/", staff_quote.ask, name="ask"),
    path("pembagian/<int:order_id>/lepas/", staff_workbench.release, name="release"),
    path("pembagian/<int:order_id>/tawarkan/", staff_quote.quote, name="quote"),
    path("pembagian/<int:order_id>/otomatis/", staff_sourcing.start, name="sourcing"),
    path("pembagian/<int:order_id>/otomatis/hentikan/", staff_sourcing.stop, name="sourcing_stop"),
    path("pembagian/<int:order_id>/tautan/", staff_sourcing.links, name="links"),
    path("pembagian/<int:order_id>/tautan/<int:link_id>/kirim/", staff_sourcing.renew, name="renew_link"),
    path("pembagian/<int:order_id>/atas-nama/<int:msme_id>/", staff_sourcing.answer_for, name="answer_for"),
    path("pembagian/<int:order_id>/tautan/<int:link_id>/cabut/", staff_sourcing.revoke, name="revoke_link"),
    path("pembagian/<int:order_id>/usulan/", staff_split.split, name="split"),
    path(
        "pembagian/<int:order_id>/usulan/<int:proposal_id>/<slug:key>/",
        staff_split.scenario,
        name="split_scenario",
    ),
    path(
        "pembagian/<int:order_id>/usulan/<int:proposal_id>/<slug:key>/baris/<int:line_id>/",
        staff_split.split_line,
        name="split_line",
    ),
    path(
        "pembagian/<int:order_id>/usulan/<int:proposal_id>/<slug:key>/tanyakan/",
        staff_split_follow.split_follow,
        name="split_follow",
    ),
    path("pesanan/<int:order_id>/tolak-permintaan/", staff_workbench.decline, name="decline"),
    path("kejar/", staff_chase.chase_list, name="chase"),
    path("kejar/ingatkan/", staff_chase.chase_remind_many, name="chase_remind_many"),
    path("kejar/<int:order_id>/", staff_chase.chase_order, name="chase_order"),
    path("kejar/<int:order_id>/ingatkan/", staff_chase.chase_remind, name="chase_remind"),
    path("kejar/<int:order_id>/catat/", staff_chase.chase_note, name="chase_note"),
    path("kejar/<int:order_id>/tugaskan/", staff_chase.chase_assign, name="chase_assign"),
    path("cari/", staff_search.search_page, name="search"),
]
