"""Who may open and send which address: the whole policy, to be read line by line and signed.

Letters are roles: **Q** requester, **A** approver, **R** receiver, **T** treasurer, **M** administrator of an
institution; **O** owner and **H** helper of an MSME; **C** coordinator, **V** viewer of an expo. ``"Q/ARTMCV"`` reads:
the requester may; approver, receiver, treasurer, administrator, coordinator and viewer are told that they may not
(403); for everybody else the page does not exist (404), and for whoever has no role at all neither. ``"*"`` is
everybody who signed in, with or without a role; ``OPEN`` is everybody. Whoever has not signed in is led to sign-in. A
method that is not named is refused (405).

``at`` names the rows in the address, in its order (``tests/addresses/sides.py``); they belong to one side, and people
of another organisation with the same role find nothing (404), except roles in ``across``: what all expos share (their
directory, the catalogue, templates of sheets). A name may stand more than once: ``orders:detail@draft`` is the same
address at another row.
"""

from dataclasses import dataclass

OPEN = "open"
SIGNED_IN = "*"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One address.

    ``role_first``: the role is asked before the row, so a wrong role hears 403 for any row. ``is_system``: it belongs
    to no organisation, so it is the operator's (the first side); for another organiser it does not exist.
    ``is_read_by_all``: every organiser reads it elsewhere, so it hears 403 where it is another's to change.
    """

    get: str | None = None
    post: str | None = None
    at: str = ""
    across: str = ""
    role_first: bool = False
    is_system: bool = False
    is_read_by_all: bool = False

    @property
    def methods(self) -> dict[str, str]:
        return {name: who for name, who in (("GET", self.get), ("POST", self.post)) if who is not None}


def page(who: str, at: str = "", across: str = "", *, role_first: bool = False) -> PolicyRow:
    """Only to read."""
    return PolicyRow(get=who, at=at, across=across, role_first=role_first)


def form(who: str, at: str = "", across: str = "", *, role_first: bool = False) -> PolicyRow:
    """To read and to send, by the same people."""
    return PolicyRow(get=who, post=who, at=at, across=across, role_first=role_first)


def act(who: str, at: str = "", across: str = "") -> PolicyRow:
    """Only to send."""
    return PolicyRow(post=who, at=at, across=across)


ACCOUNTS = {
    "accounts:home": page("*"),
    "accounts:resume": page("*"),
    "accounts:act_for": act("QARTMOHCV"),
    "accounts:language": act(OPEN),
    "accounts:profile": form("*"),
    "accounts:notifications": page("*"),
    "accounts:notifications_read": act("*"),
    "accounts:notification": form("Q", "note"),
    "accounts:members": page("*"),
    "accounts:organisers": page("QARTMOH"),
    "accounts:organiser_accept": act("AO/QRTMH", "asking"),
    "accounts:organiser_end": form("AO/QRTMH", "asking"),
    "accounts:organiser_ask": act("C/V", "stranger", across="CV"),
    "accounts:joining": form("C/V"),
    "accounts:privacy": page(OPEN),
    "accounts:privacy_accept": act("*"),
    "accounts:own_data": form("*"),
    "accounts:processing": page("C/V"),
    "accounts:breaches": page("C/V"),
    "accounts:breach_new": form("C/V"),
    "accounts:breach": page("C/V", "breach", role_first=True),
    "accounts:breach_edit": form("C/V", "breach", role_first=True),
    "accounts:erasure_ask": form("*"),
    "accounts:erasure_withdraw": act("*"),
    "accounts:erasures": PolicyRow(get="C/V", is_system=True),
    "accounts:erasure": PolicyRow(get="C/V", at="erasure", role_first=True, is_system=True),
    "accounts:erasure_accept": PolicyRow(
        get="C/V", post="C/V", at="erasure", role_first=True, is_system=True
    ),
    "accounts:erasure_refuse": PolicyRow(
        get="C/V", post="C/V", at="erasure", role_first=True, is_system=True
    ),
    "accounts:own_data_file": page("Q", "own_copy"),
    "accounts:organisations": page("CV"),
    "accounts:organisation_members": page("QARTMCV", "organisation"),
    "accounts:member_invite": form("CM/QARTV", "organisation"),
    "accounts:member_roles": form("CM/QARTV", "organisation member"),
    "accounts:member_end": form("CM/QARTV", "organisation member"),
    "accounts:member_invite_again": act("CM/QARTV", "organisation member"),
    "accounts:member_resend": act("CM/QARTV", "organisation invitation"),
    "accounts:member_revoke": form("CM/QARTV", "organisation invitation"),
    "accounts:organisation_members@msme": page("OHCV", "msme"),
    "accounts:member_invite@msme": form("CO/HV", "msme"),
    "accounts:member_roles@msme": form("CO/HV", "msme helper"),
    "accounts:member_end@msme": form("CO/HV", "msme helper"),
    "accounts:member_invite_again@msme": act("CO/HV", "msme helper"),
    "accounts:member_resend@msme": act("CO/HV", "msme msme_invitation"),
    "accounts:member_revoke@msme": form("CO/HV", "msme msme_invitation"),
    # Whoever holds the link of an invitation; what it says there depends on who is signed in.
    "accounts:invitation": form(OPEN, "invitation_token"),
    "accounts:invitation_refuse": form(OPEN, "invitation_token"),
    "accounts:member_roles@owner": form("C/HOV", "msme owner"),
    "accounts:member_end@owner": form("C/HOV", "msme owner"),
}

DOCUMENTS = {
    "documents:list": page("*"),
    "documents:download": page("QARTMOHCV", "document"),
    "documents:download_all": page("QARTMOHCV", "stream"),
    "documents:retry": act("C/QARTMOHV", "failed_document"),
    "documents:failed": page("C/V"),
    "documents:retry_many": act("C/V"),
    "documents:check": page(OPEN),
}

BUYERS = {
    "buyers:home": page("QARTM"),
    "buyers:profile": page("QARTM"),
    "buyers:institutions": page("CV"),
    "buyers:directory": page("CV"),
    "buyers:institution": page("CV", "institution", across="CV"),
    "buyers:institution_new": form("C/V"),
    "buyers:institution_edit": form("CM/V", "institution"),
    "buyers:unit_new": form("CM/V", "institution"),
    "buyers:unit_edit": form("CM/V", "unit"),
    "buyers:site_new": form("CM/V", "institution"),
    "buyers:site_edit": form("CM/V", "site"),
    "buyers:officer_new": form("CM/V", "institution"),
    "buyers:officer_edit": form("CM/V", "officer"),
    "buyers:officer_end": form("CM/V", "officer"),
    "buyers:rules_edit": form("CM/V", "institution"),
    "buyers:terms_edit": form("CM/V", "institution"),
    "buyers:own": page("M/QART"),
    "buyers:proposal": page("CVM", "proposal"),
    "buyers:proposal_confirm": act("CM/V", "proposal"),
    "buyers:proposal_refuse": act("CM/V", "proposal"),
    "buyers:proposal_withdraw": act("M/CV", "proposal"),
    "buyers:colleague_end": form("M/CV", "institution user"),
    "buyers:logo": form("CM/V", "institution"),
    "buyers:logo_picture": page("CVM", "institution"),
    "buyers:logo_remove": act("CM/V", "institution"),
    "buyers:numbers": form("CM/V", "institution"),
    "buyers:dry_run": page("CVM", "institution"),
    "buyers:import": form("C/V"),
    "buyers:import_template": page("C/V", "xlsx", across="CV"),
    "buyers:import_review": form("C/V", "institution_import", role_first=True),
    "buyers:export": page("CV", "csv", across="CV"),
    "buyers:join": form(OPEN),
    "buyers:join_own": form(OPEN, "institution_token"),
    "buyers:join_withdraw": form(OPEN, "institution_token"),
    "buyers:applications": page("C/V"),
    "buyers:application": page("C/V", "institution_application", role_first=True),
    "buyers:application_ask": form("C/V", "institution_application", role_first=True),
    "buyers:application_refuse": form("C/V", "institution_application", role_first=True),
    "buyers:application_accept": form("C/V", "institution_application", role_first=True),
    "buyers:application_letter": page("C/V", "institution_application", role_first=True),
}

MSMES = {
    "msmes:home": page("OH"),
    "msmes:profile": page("O/H"),
    "msmes:profile_edit": form("O/H"),
    "msmes:bank": page("O/H"),
    "msmes:bank_edit": form("O/H"),
    "msmes:bank_confirm": act("O/H", "bank_change"),
    "msmes:bank_code": act("O/H", "bank_change"),
    "msmes:bank_cancel": form("CO/HV", "bank_change"),
    "msmes:bank_stop": form(OPEN, "bank_token"),
    "msmes:offers": page("O/H"),
    "msmes:offer_new": form("O/H"),
    "msmes:offer_edit": form("O/H", "offer"),
    "msmes:offer_stop": act("O/H", "offer"),
    "msmes:certificates": page("O/H"),
    "msmes:certificate_new": form("O/H"),
    "msmes:certificate_edit": form("O/H", "certificate"),
    "msmes:certificate_remove": form("O/H", "certificate"),
    "msmes:certificate_file": page("OHCV", "certificate"),
    "msmes:offer_photos": form("O/H", "offer"),
    "msmes:photo_move": act("O/H", "photo"),
    "msmes:photo_remove": act("O/H", "photo"),
    "msmes:photo_file": page("OHCV", "photo"),
    "msmes:photo_file@sized": page("OHCV", "photo width"),
    "msmes:product_photo_file": page("QARTMOHCV", "product_photo", across="QARTMOHCV"),
    "msmes:product_photo_file@sized": page("QARTMOHCV", "product_photo width", across="QARTMOHCV"),
    "msmes:product_photos": PolicyRow(get="C/V", post="C/V", at="product", is_read_by_all=True),
    "msmes:product_photo_move": PolicyRow(post="C/V", at="product_photo", is_read_by_all=True),
    "msmes:product_photo_remove": PolicyRow(post="C/V", at="product_photo", is_read_by_all=True),
    "msmes:capacity": page("OH"),
    "msmes:capacity_usual": form("O/H"),
    "msmes:capacity_week": form("O/H"),
    "msmes:capacity_day_off": form("O/H"),
    "msmes:capacity_pause": form("O/H"),
    "msmes:capacity_remove": act("O/H"),
    "msmes:directory": page("CV"),
    "msmes:shared_directory": page("CV"),
    "msmes:detail": page("CV", "msme", across="CV"),
    "msmes:new": form("C/V"),
    "msmes:edit": form("C/V", "msme"),
    "msmes:owner_new": form("C/V", "msme"),
    "msmes:capacity_of": page("CV", "msme"),
    "msmes:capacity_usual_of": form("C/V", "msme"),
    "msmes:capacity_week_of": form("C/V", "msme"),
    "msmes:capacity_day_off_of": form("C/V", "msme"),
    "msmes:capacity_pause_of": form("C/V", "msme"),
    "msmes:capacity_remove_of": act("C/V", "msme"),
    "msmes:capacity_overview": page("CV"),
    "msmes:available": page("QARTMCV", "product", across="QARTMCV"),
    "msmes:import": form("C/V"),
    "msmes:import_template": page("C/V", "csv", across="CV"),
    "msmes:import_review": form("C/V", "msme_import", role_first=True),
    "msmes:export": page("CV", "xlsx", across="CV"),
    "msmes:catalogue": page("CV"),
    "msmes:product_new": form("C/V"),
    "msmes:product_edit": PolicyRow(get="C/V", post="C/V", at="product", is_read_by_all=True),
    "msmes:categories": page("CV"),
    "msmes:category_new": form("C/V"),
    "msmes:category_edit": PolicyRow(get="C/V", post="C/V", at="category", is_read_by_all=True),
    "msmes:join": form(OPEN),
    "msmes:join_own": form(OPEN, "msme_token"),
    "msmes:join_withdraw": form(OPEN, "msme_token"),
    "msmes:applications": page("C/V"),
    "msmes:application": page("C/V", "msme_application", role_first=True),
    "msmes:application_ask": form("C/V", "msme_application", role_first=True),
    "msmes:application_refuse": form("C/V", "msme_application", role_first=True),
    "msmes:application_accept": form("C/V", "msme_application", role_first=True),
    "msmes:application_photo": page("C/V", "msme_application first_photo", role_first=True),
}

EXPO = {
    "expo:home": page("CV"),
    "expo:pledges": page("CV"),
    "expo:pledge": page("CV", "pledge"),
    "expo:pledge_new": form("C/V"),
    "expo:pledge_end": form("C/V", "pledge"),
    "expo:channels": page("CV"),
    "expo:channel_new": form("C/V"),
    "expo:channels_import": form("C/V"),
    "expo:channels_import_template": page("C/V", "xlsx", across="CV"),
    "expo:channels_import_review": form("C/V", "sale_import", role_first=True),
    "expo:by": page("CV", "dimension", across="CV"),
    "expo:snapshots": page("CV"),
    "expo:snapshot": page("CV", "snapshot"),
    "expo:snapshot_new": form("C/V"),
    "expo:reports": page("CV"),
    "expo:report_new": form("C/V"),
    "expo:report_schedule": form("C/V"),
    "expo:report_workbook": page("CV", "report_of_expo"),
    "expo:editions": page("CV"),
    "expo:edition_new": form("C/V"),
    "expo:edition_catalogue": form("C/V", "edition"),
    "expo:edition_edit": form("C/V", "edition"),
    "expo:edition_close": form("C/V", "edition"),
    "expo:office": form("C/V"),
    "expo:logo": page("CV"),
    # Who opened the address of a set-up goes on without signing in; these pages are a coordinator's all the same.
    "expo:begin_key": form(OPEN, "setup_key"),
    "expo:begin": page("C/V"),
    "expo:begin_organiser": form("C/V"),
    "expo:begin_letterhead": page("C/V"),
    "expo:begin_logo": page("C/V"),
    "expo:begin_coordinator": form("C/V"),
    "expo:begin_second_step": page("C/V"),
    "expo:begin_edition": form("C/V"),
    "expo:begin_choices": form("C/V"),
    "expo:begin_trial": form("C/V"),
    "expo:begin_ready": form("C/V"),
    "expo:begin_dismiss": act("C/V"),
}

BUYER_ORDERS = {
    "orders:list": page("QARTMCV"),
    "orders:catalogue": page("QARTMCV"),
    "orders:public_catalogue": page(OPEN, "public_edition"),
    "orders:public_product": page(OPEN, "public_edition product"),
    "orders:public_photo": page(OPEN, "public_edition product_photo"),
    "orders:public_photo@sized": page(OPEN, "public_edition product_photo width"),
    "orders:sitemap": page(OPEN),
    "orders:product": PolicyRow(get="QARTMCV", post="Q", at="product", across="QARTMCV"),
    "orders:new": form("Q/ARTM"),
    "orders:detail": page("QARTMCV", "requested"),
    "orders:detail@draft": page("QARTM", "draft"),
    "orders:edit": form("Q/ARTM", "draft"),
    "orders:edit@requested": form("Q/ARTM", "requested"),
    "orders:copy": form("Q/ARTMCV", "lost"),
    "orders:submit": form("Q/ARTM", "draft"),
    "orders:discard": form("Q/ARTM", "draft"),
    "orders:withdraw": form("Q/ARTMCV", "requested"),
    "orders:reopen": form("Q/ARTMCV", "lost"),
    "orders:ask_revision": form("QA/RTMCV", "quoted"),
    "orders:approve": form("A/QRTMCV", "quoted"),
    "orders:reject": form("A/QRTMCV", "quoted"),
    "orders:cancel": form("A/QRTMCV", "approved"),
    "orders:short_close": form("A/QRTMCV", "travelling"),
    "orders:close": form("T/QARMCV", "delivered"),
    "orders:settle": form("T/QARMOHCV", "payable_po"),
    "orders:approvals": page("A/QRTM"),
    "orders:receiving": page("QARTM"),
    "orders:receive": form("R/QATM", "dispatched"),
    "orders:import_new": form("Q/ARTM"),
    "orders:import_lines": form("Q/ARTM", "draft"),
    "orders:import_template": page("Q/ARTM", "xlsx", across="QARTM"),
    "orders:import_review": form("Q/ARTM", "order_import", role_first=True),
}

PRODUCER_ORDERS = {
    "orders:requests": page("OH"),
    "orders:request": PolicyRow(get="OH", post="O/H", at="asked"),
    "orders:purchase_orders": page("OH"),
    "orders:purchase_order": page("OH", "producing_po"),
    "orders:acknowledge": form("O/H", "issued_po"),
    "orders:refuse_order": form("O/H", "issued_po"),
    "orders:start": form("OH", "started_po"),
    "orders:report": act("OH", "producing_po"),
    "orders:finish": form("OH", "producing_po"),
    "orders:prepare": form("OH", "producing_po"),
    "orders:shipments": page("OH"),
    "orders:shipment": page("OH", "prepared"),
    "orders:dispatch": form("OH", "prepared"),
    "orders:discard_shipment": form("OH", "prepared"),
    "orders:answer_link": form(OPEN, "token"),
}

AMENDMENTS = {
    "orders:amendment": page("QARTMOHCV", "amendment"),
    "orders:amendment_agree": act("AO/QRTMHCV", "amendment"),
    "orders:amendment_refuse": form("AO/QRTMHCV", "amendment"),
    "orders:amendment_withdraw": form("C/QARTMOHV", "amendment"),
    "orders:amendment_choose": page("C/V", "producing_po"),
    "orders:amendment_new": form("C/V", "share"),
    "orders:late": page("CV"),
    "orders:progress": page("QARTMOHCV", "producing_po"),
    "orders:report_photo": page("QARTMOHCV", "report"),
}

STAFF_ORDERS = {
    "orders:board": page("CV"),
    "orders:stage": page("CV", "stage", across="CV"),
    "orders:of_pledge": page("CV", "pledge"),
    "orders:of_msme": page("CV", "msme", across="CV"),
    "orders:workbench_list": page("CV"),
    "orders:workbench": page("CV", "asked"),
    "orders:ask": form("C/V", "requested"),
    "orders:release": act("C/V", "asked"),
    "orders:quote": form("C/V", "asked"),
    "orders:decline": form("C/V", "requested"),
    "orders:link_pledge": form("C/V", "unpledged"),
    "orders:sourcing": form("C/V", "requested"),
    "orders:sourcing_stop": act("C/V", "sourced"),
    "orders:links": page("C/V", "asked"),
    "orders:renew_link": act("C/V", "asked link"),
    "orders:revoke_link": form("C/V", "asked link"),
    "orders:answer_for": form("C/V", "asked msme"),
    "orders:split": PolicyRow(get="CV", post="C/V", at="requested"),
    "orders:split_scenario": page("CV", "requested proposal scenario"),
    "orders:split_line": PolicyRow(get="CV", post="C/V", at="requested proposal scenario line"),
    "orders:split_follow": form("C/V", "requested proposal scenario"),
    "orders:chase": page("CV"),
    "orders:chase_order": page("CV", "quoted"),
    "orders:chase_remind": form("C/V", "quoted"),
    "orders:chase_remind_many": act("C/V"),
    "orders:chase_note": act("C/V", "quoted"),
    "orders:chase_assign": act("C/V", "quoted"),
    "orders:search": page("*"),
    "orders:help": page("*"),
}

WORK = {
    "procurement:healthz": page(OPEN),
    "procurement:places": page(OPEN),
    "procurement:jobs": page("*"),
    "procurement:job": page("QARTM", "job"),
    "procurement:job_retry": act("QARTM", "job"),
    "procurement:outbox": PolicyRow(get="C/V", is_system=True),
    "procurement:outbox_retry": PolicyRow(post="C/V", is_system=True),
}

TABLE: dict[str, PolicyRow] = {
    **ACCOUNTS,
    **DOCUMENTS,
    **BUYERS,
    **MSMES,
    **EXPO,
    **BUYER_ORDERS,
    **PRODUCER_ORDERS,
    **AMENDMENTS,
    **STAFF_ORDERS,
    **WORK,
}

OF_THE_PERSON = ("account_", "mfa_", "usersessions_")
"""Sign-in, password, second step and sessions are django-allauth's: only about oneself, without organisation."""

OPEN_OF_THE_PERSON = {
    "account_login",
    "account_signup",
    "account_logout",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
"""Those of them that come before sign-in."""
