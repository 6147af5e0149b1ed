"""Prints the accounts of the demonstration: who, with which role, and what to look at."""

import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.management.base import BaseCommand

from accounts.models import User
from demo.management.commands.demo import DEFAULT_PASSWORD
from demo.people import EMAIL_DOMAIN

ACCOUNTS = (
    ("koordinator", "koordinator expo", "papan pesanan, meja alokasi, komitmen, belum dibukukan"),
    ("pengamat", "pengamat expo", "angka dan daftar, tanpa mengubah apa pun"),
    ("pemohon.bi-jatim", "pemohon, BI Jawa Timur", "membuat pesanan; juga penerima di BI Malang"),
    ("penyetuju.bi-jatim", "penyetuju (PPK), BI Jawa Timur", "penawaran yang menunggu tanda tangan"),
    ("pimpinan.bi-jatim", "penyetuju tingkat 2, BI Jawa Timur", "pesanan mulai Rp200 juta"),
    ("penerima.bi-jatim", "penerima barang, BI Jawa Timur", "pengiriman yang datang"),
    ("bendahara.bi-jatim", "bendahara, BI Jawa Timur", "pembayaran per UMKM"),
    ("administrator.bi-jatim", "administrator, BI Jawa Timur", "data, satuan kerja, dan lokasi instansinya"),
    ("kpa.aceh", "penyetuju tingkat 2, Pemerintah Aceh", "pesanan yang sudah satu kali ditandatangani"),
    ("umkm001", "pemilik UMKM", "permintaan, surat pesanan, pengiriman"),
)
"""Login, role and what to look at; the owner's login is replaced by one that has something to do."""


class Command(BaseCommand):
    """A table of e-mail addresses and the one password that they share."""

    help = "Print the demonstration accounts with their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", help="the password that the demonstration was made with")

    def handle(self, *args: Any, password: str | None, **options: Any) -> None:
        there = {user.email: user for user in User.objects.filter(email__endswith=f"@{EMAIL_DOMAIN}")}
        if not there:
            self.stdout.write("There are no demonstration accounts.")
            return
        known = password or os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD
        first = next(iter(there.values()))
        shown = (
            known if check_password(known, first.password) else "the one that was given when they were made"
        )
        rows = []
        for login, role, look in ACCOUNTS:
            email = f"{_busy_owner() if login == 'umkm001' else login}@{EMAIL_DOMAIN}"
            if email in there:
                rows.append((email, role, look))
        wide = max(len(row[0]) for row in rows)
        roles = max(len(row[1]) for row in rows)
        self.stdout.write(f"\nSign-ins (password of all: {shown})\n")
        for email, role, look in rows:
            self.stdout.write(f"  {email:<{wide}}  {role:<{roles}}  {look}")
        self.stdout.write(f"  Every MSME has its owner's account: umkm001@{EMAIL_DOMAIN} and on.")


def _busy_owner() -> str:
    """The login of the owner with the most purchase orders still to deliver."""
    owner = (
        User.objects.filter(email__startswith="umkm", memberships__organisation__msme__isnull=False)
        .filter(
            memberships__organisation__msme__purchase_orders__status__in=[
                "issued", "acknowledged", "producing", "ready", "shipped",
            ]
        )
        .order_by("pk")
        .first()
    )  # fmt: skip
    return owner.email.partition("@")[0] if owner else "umkm001"
