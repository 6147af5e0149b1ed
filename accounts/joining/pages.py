"""The pages of joining, for both kinds: of an applicant, without sign-in, and of coordinators who decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.joining import applying, codes, deciding, tokens
from accounts.joining.application import Application, ApplicationStatus
from accounts.joining.forms import AskApplicantForm, BeginningForm, CodeForm, DetailsForm, RefuseForm
from accounts.joining.kinds import organisers_for
from accounts.joining.likeness import Duplicate
from accounts.joining.waiting import next_waiting
from accounts.permissions import may, require
from procurement.errors import NotFound
from procurement.input.forms import keep_said, render_form, run_verb
from procurement.lists.listing import Listing
from procurement.web.rate_limit import limit
from procurement.web.request import Request, actor_of

MOST_BEGUN, MOST_LOOKS = 10, 60
"""Applications begun, and looks at applicants' pages, from one network within a minute."""
MOST_CODES_A_DAY = 300
"""Codes that one network has sent, to whatever addresses: all stands of an expo are behind one."""

STEP = "langkah"
"""``?langkah=1`` goes back to the first screen; ``act`` of a form says what is sent."""

Pairs = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class ApplicantPages:
    """The public pages of one kind. ``keep_file`` is the verb that keeps an upload of the details."""

    model: type[Application]
    title: "str | Promise"
    intro: "str | Promise"
    beginning: type[BeginningForm]
    details: type[DetailsForm]
    keep_file: Callable[..., Any]

    def begin(self, request: HttpRequest) -> HttpResponse:
        """The first screen."""
        organisers = organisers_for(self.model.kind)
        if not organisers:
            return self._page(request, "closed", None)
        chosen = {"organiser": self._named(request, [str(one.pk) for one in organisers])}
        form = self.beginning(request.POST or None, organisers=organisers, initial=chosen)
        if request.method == "POST" and form.is_valid():
            limit(request, f"join-{self.model.kind}", most=MOST_BEGUN)
            _limit_codes(request)
            row = run_verb(
                form,
                applying.begin_application,
                model=self.model,
                organiser_id=form.organiser_id(),
                has_consented=form.cleaned_data["consent"],
                values=form.values(),
            )
            if row is not None:
                return redirect(tokens.path_of(row))
        return self._page(request, "begin", None, form, step=1)

    def own(self, request: HttpRequest, token: str) -> HttpResponse:
        """The applicant's page: the next screen, or how far the application is."""
        limit(request, "applicant", most=MOST_LOOKS)
        row = tokens.found(self.model, token)
        act = request.POST.get("act", "")
        if row.status in (ApplicationStatus.UNPROVED, ApplicationStatus.DRAFT):
            if act == "begin" or (request.method != "POST" and request.GET.get(STEP) == "1"):
                return self._correct_beginning(request, row, token)
            if row.status == ApplicationStatus.UNPROVED:
                return self._prove(request, row, token, is_again=act == "again")
        if row.status in (ApplicationStatus.DRAFT, ApplicationStatus.ASKED):
            return self._fill_in(request, row, token)
        if request.method == "POST":
            return redirect(tokens.path_of(row))
        return self._page(request, "standing", row)

    def withdraw(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask once, then take it back."""
        limit(request, "applicant", most=MOST_LOOKS)
        row = tokens.found(self.model, token)
        if request.method == "POST":
            run_verb(None, applying.withdraw_application, model=self.model, token=token)
            return redirect(tokens.path_of(row))
        return self._page(request, "withdraw", row)

    def _correct_beginning(self, request: HttpRequest, row: Application, token: str) -> HttpResponse:
        form = self.beginning(request.POST or None, row=row)
        if request.method == "POST" and form.is_valid():
            _limit_codes(request)
            done = run_verb(
                form, applying.change_beginning, model=self.model, token=token, values=form.values()
            )
            if done is not None:
                return redirect(tokens.path_of(row))
        return self._page(request, "begin", row, form, step=1)

    def _prove(self, request: HttpRequest, row: Application, token: str, *, is_again: bool) -> HttpResponse:
        form = CodeForm(request.POST if request.method == "POST" and not is_again else None)
        if is_again:
            _limit_codes(request)
            run_verb(None, applying.send_code_again, model=self.model, token=token)
            messages.success(request, _("Kode baru sedang dikirim."))
            return redirect(tokens.path_of(row))
        if request.method == "POST" and form.is_valid():
            done = run_verb(
                form, applying.prove_address, model=self.model, token=token, code=form.cleaned_data["code"]
            )
            if done is not None:
                return redirect(tokens.path_of(row))
            row = tokens.found(self.model, token)  # a guess was counted
        return self._page(request, "code", row, form, step=2)

    def _fill_in(self, request: HttpRequest, row: Application, token: str) -> HttpResponse:
        is_sent = request.method == "POST"
        form = self.details(request.POST if is_sent else None, request.FILES if is_sent else None, row=row)
        if is_sent:
            form.is_valid()
            # A file that is good is kept even when another field is not: it cannot be shown in a form again.
            for name in form.uploads:
                upload = form.cleaned_data.get(name)
                if not upload:
                    continue
                kept = run_verb(form, self.keep_file, token=token, name=name, upload=upload, size=upload.size)
                if kept is not None:
                    keep_said(form, name)
            if form.is_valid():
                done = run_verb(
                    form,
                    applying.send_application,
                    model=self.model,
                    token=token,
                    values=form.values(),
                    answer=form.cleaned_data.get("answer", ""),
                )
                if done is not None:
                    return redirect(tokens.path_of(row))
            form.show_kept(tokens.found(self.model, token).kept_files())
        return self._page(request, "details", row, form, step=3)

    def _named(self, request: HttpRequest, known: list[str]) -> str:
        """The organiser that a printed address names (``?penyelenggara=``)."""
        named = request.GET.get("penyelenggara", "")
        return named if named in known else ""

    def _page(
        self,
        request: HttpRequest,
        name: str,
        row: Application | None,
        form: forms.Form | None = None,
        step: int = 0,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "pages": self,
            "application": row,
            "step": step,
            "may_try": row is not None and codes.CODES.may_try(row),
            "may_send": row is not None and codes.CODES.may_send(row),
            "no_more_codes": codes.over(),
            "begin_url": reverse(f"{self.model.space}:join"),
            "own_url": tokens.path_of(row) if row is not None else "",
            "withdraw_url": (
                reverse(f"{self.model.space}:join_withdraw", args=[tokens.token_of(row)]) if row else ""
            ),
        }
        template = f"joining/{name}.html"
        if form is not None:
            response = render_form(request, template, form, context)
        else:
            response = render(request, template, context)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response


@dataclass(frozen=True, slots=True)
class ReviewPages:
    """The pages of coordinators for one kind. ``pairs`` are the facts of an application."""

    model: type[Application]
    listing: Listing
    title: "str | Promise"
    pairs: Callable[[Any], Pairs]
    duplicates: Callable[[Any, Any], list[Duplicate]]

    def list(self, request: Request) -> HttpResponseBase:
        """Every application that was sent to the organiser."""
        actor = actor_of(request)
        require(may("application.list", actor))
        rows: Any = self.model._default_manager
        context = {"title": self.title, "pages": self}
        return self.listing.respond(request, rows.visible_to(actor), "joining/list.html", context)

    def row(self, request: Request, application_id: int) -> Any:
        """One of them. Raises :class:`NotFound`; somebody of the organiser without the role hears 403."""
        actor = actor_of(request)
        require(may("application.list", actor))
        rows: Any = self.model._default_manager
        row = (
            rows.visible_to(actor)
            .select_related("organiser", "decided_by", "organisation")
            .filter(pk=application_id)
            .first()
        )
        if row is None:
            raise NotFound(_("Pendaftaran ini tidak ada, atau bukan untuk penyelenggara Anda."))
        return row

    def detail(self, request: Request, application_id: int, context: dict[str, Any]) -> HttpResponse:
        """Facts, files, what may be the same, and what to do."""
        row = self.row(request, application_id)
        actor = actor_of(request)
        found = self.duplicates(row, actor) if row.is_to_decide else []
        following = None if row.is_to_decide else next_waiting(actor, first=self.model)
        return render(
            request,
            "joining/application.html",
            {
                "pages": self,
                "application": row,
                "pairs": self.pairs(row),
                "duplicates": found,
                "following": following,
                "following_url": (
                    reverse(f"{following.space}:application", args=[following.pk]) if following else ""
                ),
                "list_url": reverse(f"{self.model.space}:applications"),
                "accept_url": self._url("accept", row),
                "ask_url": self._url("ask", row) if row.status == ApplicationStatus.WAITING else "",
                "refuse_url": self._url("refuse", row),
                **context,
            },
        )

    def ask(self, request: Request, application_id: int) -> HttpResponse:
        """Ask the applicant something."""
        return self._decide(
            request,
            application_id,
            AskApplicantForm(request.POST or None),
            deciding.ask_applicant,
            title=_("Tanyakan kepada pendaftar"),
            verb=_("Kirim pertanyaan"),
            sentence=_("Pendaftar menerima pertanyaan Anda dengan tautan untuk menjawab."),
            done=_("Pertanyaan dikirim."),
        )

    def refuse(self, request: Request, application_id: int) -> HttpResponse:
        """Refuse with a reason."""
        return self._decide(
            request,
            application_id,
            RefuseForm(request.POST or None),
            deciding.refuse_application,
            title=_("Tolak pendaftaran ini?"),
            verb=_("Tolak pendaftaran"),
            sentence=_("Alasannya dikirim kepada pendaftar. Data pendaftaran dihapus setelah masanya."),
            done=_("Pendaftaran ditolak dan alasannya dikirim."),
        )

    def _decide(
        self,
        request: Request,
        application_id: int,
        form: forms.Form,
        deed: Callable[..., Any],
        *,
        done: str,
        sentence: str,
        **context: Any,
    ) -> HttpResponse:
        row = self.row(request, application_id)
        address = reverse(f"{self.model.space}:application", args=[row.pk])
        if request.method == "POST" and form.is_valid():
            found = run_verb(
                form,
                deed,
                model=self.model,
                application_id=row.pk,
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if found is not None:
                messages.success(request, done)
                return redirect(address)
        return render_form(
            request,
            "components/confirm.html",
            form,
            {
                "subject": row.name,
                "sentences": [sentence],
                "cancel_url": address,
                "icon_name": "send",
                **context,
            },
        )

    def _url(self, act: str, row: Application) -> str:
        return reverse(f"{self.model.space}:application_{act}", args=[row.pk]) if row.is_to_decide else ""


def _limit_codes(request: HttpRequest) -> None:
    limit(request, "join-codes", most=MOST_CODES_A_DAY, seconds=24 * 60 * 60)
