"""Addresses of sign-in, profile and the back office."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.inviting import views as inviting
from accounts.joining import views as joining
from accounts.notifications import views as notifications
from accounts.views import members, organisers, own

of_the_person: list[URLPattern | URLResolver] = [
    path("", own.home, name="home"),
    path("bertindak-untuk/", own.act_for, name="act_for"),
    path("lanjutkan/", own.resume, name="resume"),
    path("bahasa/", own.language, name="language"),
    path("akun/", own.profile, name="profile"),
    path("pemberitahuan/", notifications.notification_list, name="notifications"),
    path("pemberitahuan/sudah-dibaca/", notifications.mark_read, name="notifications_read"),
    path("pemberitahuan/<int:notification_id>/", notifications.open_notification, name="notification"),
    path("anggota/", members.own_members, name="members"),
    path("penyelenggara/", organisers.own_organisers, name="organisers"),
    path("penyelenggara/<int:organiser_id>/terima/", organisers.accept, name="organiser_accept"),
    path("penyelenggara/<int:organiser_id>/akhiri/", organisers.end, name="organiser_end"),
    path("organisasi/<int:organisation_id>/minta-persetujuan/", organisers.ask, name="organiser_ask"),
    path("pendaftaran/", joining.joining, name="joining"),
    path("organisasi/", members.organisation_list, name="organisations"),
    path("", include("accounts.privacy.urls")),
    path("organisasi/<int:organisation_id>/anggota/", members.member_list, name="organisation_members"),
    path("organisasi/<int:organisation_id>/anggota/undang/", members.invite, name="member_invite"),
    path(
        "organisasi/<int:organisation_id>/anggota/<int:user_id>/peran/",
        members.roles,
        name="member_roles",
    ),
    path(
        "organisasi/<int:organisation_id>/anggota/<int:user_id>/akhiri/",
        members.end,
        name="member_end",
    ),
    path(
        "organisasi/<int:organisation_id>/anggota/<int:user_id>/undang-lagi/",
        members.invite_again,
        name="member_invite_again",
    ),
    path(
        "organisasi/<int:organisation_id>/undangan/<int:invitation_id>/kirim-lagi/",
        inviting.resend,
        name="member_resend",
    ),
    path(
        "organisasi/<int:organisation_id>/undangan/<int:invitation_id>/cabut/",
        inviting.revoke,
        name="member_revoke",
    ),
    path("undangan/<str:token>/", inviting.invitation, name="invitation"),
    path("undangan/<str:token>/tolak/", inviting.refuse, name="invitation_refuse"),
]

# The names are the ones that allauth asks for; the addresses are ours.
sign_in: list[URLPattern | URLResolver] = [
    path("masuk/", account.login, name="account_login"),
    path("keluar/", account.logout, name="account_logout"),
    path("masuk/tidak-aktif/", account.account_inactive, name="account_inactive"),
    path("daftar/", account.signup, name="account_signup"),
    path("akun/pastikan/", account.reauthenticate, name="account_reauthenticate"),
    path("akun/surel/", account.email, name="account_email"),
    path("akun/surel/terkirim/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^akun/surel/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("akun/kata-sandi/", account.password_change, name="account_change_password"),
    path("akun/kata-sandi/buat/", account.password_set, name="account_set_password"),
    path("lupa-kata-sandi/", account.password_reset, name="account_reset_password"),
    path("lupa-kata-sandi/terkirim/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^lupa-kata-sandi/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "lupa-kata-sandi/selesai/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("akun/sesi/", usersessions.list_usersessions, name="usersessions_list"),
    path("akun/dua-langkah/", mfa.index, name="mfa_index"),
    path("masuk/dua-langkah/", mfa.authenticate, name="mfa_authenticate"),
    path("akun/dua-langkah/pastikan/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("akun/dua-langkah/aplikasi/", totp.activate_totp, name="mfa_activate_totp"),
    path("akun/dua-langkah/aplikasi/matikan/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("akun/kode-pemulihan/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "akun/kode-pemulihan/buat/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "akun/kode-pemulihan/unduh/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("akun/kunci-sandi/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("akun/kunci-sandi/tambah/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("akun/kunci-sandi/pastikan/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("akun/kunci-sandi/<int:pk>/hapus/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("akun/kunci-sandi/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("masuk/kunci-sandi/", webauthn.login_webauthn, name="mfa_login_webauthn"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((of_the_person, "accounts"))),
    path("", include(sign_in)),
    path("admin/", admin.site.urls),
]
