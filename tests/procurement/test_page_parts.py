"""Words, parts and answers to refusals that every page uses."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.html import strip_tags

from accounts.models import User
from procurement import clock
from procurement.errors import ContentChanged, InvalidInput, NotFound, NotPermitted, Refused, WrongState
from procurement.input.forms import is_ready, keep_said, render_form, run_verb, status_of
from procurement.templatetags.states import FLOWS
from procurement.web.middleware import refusal_response

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def drawn(template: str, **context: Any) -> str:
    return Template(template).render(Context(context))


def test_data_in_the_page_cannot_leave_its_script() -> None:
    """Names come from people: none of them may end the script, and all arrive as they are."""
    said = {"nama": "</script><b>&\u2028'\"", "nilai": [1, None], "kata": translation.gettext_lazy("Nilai")}
    html = drawn('{{ x|data_script:"chart" }}', x=said)
    data = re.fullmatch(r'<script id="chart" type="application/json">([^<>&]*)</script>', html)
    assert data is not None
    assert json.loads(data[1]) == {**said, "kata": str(said["kata"])}


def test_choices_that_are_equal_and_of_other_kinds_keep_their_own_words() -> None:
    """To Python 1, 1.0 and True are one key."""
    html = drawn("{% options x 1 %}", x=[(1, "satu"), (1.0, "1 & 0"), (True, "ya")])
    assert html == (
        '<option value="1" selected>satu</option><option value="1.0" selected>1 &amp; 0</option>'
        '<option value="True" selected>ya</option>'
    )


def test_each_reader_gets_a_text_of_a_template_in_their_own_language() -> None:
    """The node is drawn again and again, for readers of both languages in turn."""
    template = Template('{% translate "Nilai" %}|{% translate "Nilai" as x %}{{ x }}|{% translate word %}')
    told = []
    for language in ("id", "en", "id", "en"):
        with translation.override(language):
            told.append(template.render(Context({"word": "Tahap"})))
    assert told == ["Nilai|Nilai|Tahap", "Value|Value|Stage"] * 2


def test_a_translated_text_is_the_same_with_the_tags_of_django() -> None:
    text = '{% translate "100 % & <b>" %}{% translate "Nilai" noop %}{% translate "Nilai"|upper %}'
    for language in ("id", "en"):
        with translation.override(language):
            assert drawn(text) == drawn("{% load i18n %}" + text)


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{{ x|rupiah }}", Decimal(1250000), '<data class="money" value="1250000">Rp1.250.000</data>'),
        ("{{ x|rupiah }}", None, "–"),
        (
            "{{ x|rupiah_short }}",
            2_500_000_000,
            '<data class="money" value="2500000000" title="Rp2.500.000.000">Rp2,5 M</data>',
        ),
        ("{{ x|angka }}", 5000, "5.000"),
        ("{{ x|angka }}", Decimal("1250.50"), "1.250,5"),
        ("{{ x|tanggal }}", date(2022, 7, 31), '<time datetime="2022-07-31">31 Juli 2022</time>'),
        ("{{ x|tanggal_text }}", datetime(2022, 7, 31, 17, 30, tzinfo=UTC), "1 Agustus 2022"),
        ("{{ x|waktu_text }}", datetime(2022, 7, 31, 7, 5, tzinfo=UTC), "31 Juli 2022 pukul 14.05 WIB"),
    ],
)
def test_values_are_written_as_people_read_them(template: str, value: Any, text: str) -> None:
    assert drawn(template, x=value) == text


def test_english_readers_get_english_numbers_and_dates() -> None:
    with translation.override("en"):
        assert drawn("{{ x|angka }}", x=5000) == "5,000"
        assert drawn("{{ x|tanggal_text }}", x=date(2022, 7, 31)) == "31 July 2022"


@pytest.mark.parametrize(
    ("word", "one", "many"),
    [
        ("hari", "1 day", "1,200 days"),
        ("hari_kerja", "1 working day", "1,200 working days"),
        ("baris", "1 row", "1,200 rows"),
    ],
)
def test_english_tells_one_from_many(word: str, one: str, many: str) -> None:
    template = "{{ x|" + word + " }}"
    assert strip_tags(drawn(template, x=1200)).startswith("1.200 ")
    with translation.override("en"):
        assert [strip_tags(drawn(template, x=number)) for number in (1, 1200)] == [one, many]


NUMBER = "SP-0001/BTK/XI/2026"
ONE_LINE = f'<span class="together">{NUMBER}</span>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("PSN-00042", '<span class="together">PSN-00042</span>'),
        (f"Catat pembayaran {NUMBER}", f"Catat pembayaran {ONE_LINE}"),
        (f"<b>{NUMBER}</b>", f"&lt;b&gt;{ONE_LINE}&lt;/b&gt;"),
        ("Pakaian siap-pakai & dan/atau lain", "Pakaian siap-pakai &amp; dan/atau lain"),
        ("1-" + "2" * 40, "1-" + "2" * 40),
    ],
)
def test_a_number_stays_on_one_line_and_copies_as_it_is(text: str, html: str) -> None:
    """A browser breaks a word at its hyphens; what is too long for a phone may break."""
    assert drawn("{{ x|utuh }}", x=text) == html
    assert drawn("{{ x|utuh|utuh }}", x=text) == html
    assert unescape(strip_tags(html)) == text


def test_tags_around_a_number_stay_as_they_are() -> None:
    link = f'<a href="/2026-11/" data-copy="{NUMBER}">{{{{ x }}}}</a>'
    assert drawn("{% filter utuh %}" + link + "{% endfilter %}", x=NUMBER) == link.replace(
        "{{ x }}", ONE_LINE
    )


def test_days_left_stay_on_one_line() -> None:
    day = clock.today() + timedelta(days=40)
    assert drawn("{{ x|sisa_hari }}", x=day) == '<span class="together">40 hari lagi</span>'
    assert drawn("{{ x|hari_kerja }}", x=3) == '<span class="together">3 hari kerja</span>'


def test_every_number_that_a_template_draws_stays_on_one_line() -> None:
    """The name of a page, facts and rows of links are drawn so already; titles of tabs and attributes have no lines."""
    exempt = {"step", "one"}  # the step of an order, the ordinal of an edition
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        if path.is_relative_to(TEMPLATES / "papers"):
            continue
        done = r"{% (block (title|kicker|heading|subheading)|fact|link_row) .*?{% end(block|fact|link_row)"
        text = re.sub(done, "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r'<span class="visually-hidden">.*?</span>|<[a-z][^<>]*>', "", text)
        found += [
            f"{path.relative_to(TEMPLATES)}: {match[0]} is to be {match[1]}|utuh"
            for match in re.finditer(r"{{ ((?:\w+\.)+\w*number) }}", text)
            if not (path.parent.name in ("expo", "components") and match[1].partition(".")[0] in exempt)
        ]
    assert not found, "\n".join(found)


def test_a_state_is_word_icon_and_tone() -> None:
    html = drawn('{% state_badge "order" "quoted" %}')
    assert "state-waiting" in html
    assert "Ditawarkan" in html
    assert "<path" in html
    assert "<script" not in drawn('{% state_badge "order" x %}', x="<script>")


class _Form(forms.Form):
    name = forms.CharField(label="Nama", help_text="Seperti pada katalog.")
    quantity = forms.IntegerField(label="Jumlah", required=False)


def test_a_field_is_tied_to_its_label_help_and_error() -> None:
    html = drawn("{% error_summary form %}{% form_field form.name %}", form=_Form({}))
    assert '<label class="form-label" for="id_name">' in html
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'href="#id_name"' in html


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed() -> None:
    def verb(*, name: str, quantity: int) -> None:
        raise InvalidInput("Jumlah melebihi kapasitas 100.", field="quantity")

    form = _Form({"name": "Kemeja batik", "quantity": "500"})
    assert form.is_valid()
    assert run_verb(form, verb, **form.cleaned_data) is None
    assert form.errors["quantity"] == ["Jumlah melebihi kapasitas 100."]
    assert 'value="Kemeja batik"' in drawn("{% form_fields form %}", form=form)
    assert status_of(form) == 422


def test_a_refusal_without_field_stands_on_top_with_its_own_status() -> None:
    def verb() -> None:
        raise ContentChanged("Harga berubah; periksa lagi.")

    form = _Form({"name": "x"})
    assert form.is_valid()
    assert run_verb(form, verb) is None
    assert form.non_field_errors() == ["Harga berubah; periksa lagi."]
    assert status_of(form) == 409


class _Sending(forms.Form):
    name = forms.CharField(label="Nama")
    scan = forms.FileField(label="Pindaian", required=False)
    photo = forms.FileField(label="Foto", required=False)


def test_of_files_it_is_said_which_are_kept_and_which_are_to_be_chosen_again() -> None:
    files: Any = MultiValueDict(
        {name: [SimpleUploadedFile(f"{name}.jpg", b"x")] for name in ("scan", "photo")}
    )
    form = _Sending({}, files)
    html = drawn("{% error_summary form %}", form=form)
    assert "Tidak ada yang disimpan" in html
    assert "karena peramban tidak menyimpannya: Pindaian, Foto." in html
    keep_said(form, "photo")
    html = drawn("{% error_summary form %}", form=form)
    assert "Tidak ada yang disimpan" not in html
    assert "Tersimpan dan tidak perlu dikirim lagi: Foto." in html
    assert "karena peramban tidak menyimpannya: Pindaian." in html


def test_what_is_not_possible_any_more_is_said_alone() -> None:
    def over() -> None:
        raise WrongState("Pesanan sudah selesai.")

    form = _Form({})
    assert not is_ready(form, over)
    assert form.errors == {"__all__": ["Pesanan sudah selesai."]}
    assert status_of(form) == 409
    html = drawn("{% error_summary form %}", form=form)
    assert "Keadaan sudah berubah. Tidak ada yang disimpan." in html


@pytest.mark.parametrize("refusal", [NotFound("tidak ada"), NotPermitted("tidak boleh")])
def test_what_one_may_not_see_or_do_has_no_form_to_return_to(refusal: Refused) -> None:
    def verb() -> None:
        raise refusal

    form = _Form({"name": "x"})
    with pytest.raises(type(refusal)):
        run_verb(form, verb)


def _request(**headers: str) -> HttpRequest:
    request = RequestFactory().post("/pesanan/1/setujui/", headers=headers)
    request.user = User()
    return request


@pytest.mark.parametrize("status", [403, 404, 409, 422])
def test_each_refusal_is_a_page_with_its_sentence(status: int) -> None:
    kinds = {403: NotPermitted, 404: NotFound, 409: ContentChanged, 422: InvalidInput}
    response = refusal_response(_request(accept="text/html"), kinds[status]("Kalimat <b>penolakan</b>."))
    assert response.status_code == status
    text = response.content.decode()
    assert "Kalimat &lt;b&gt;penolakan&lt;/b&gt;." in text
    assert 'id="refusal"' in text


def test_a_refusal_names_the_way_back_only_within_the_site() -> None:
    refusal = ContentChanged("Berubah.")
    ours = refusal_response(
        _request(accept="text/html", referer="http://testserver/pesanan/1/?tab=2"), refusal
    )
    assert 'href="/pesanan/1/?tab=2"' in ours.content.decode()
    theirs = refusal_response(_request(accept="text/html", referer="https://jahat.example/pesanan/"), refusal)
    assert "jahat" not in theirs.content.decode()


def test_whoever_asks_for_json_gets_json() -> None:
    response = refusal_response(_request(accept="application/json"), InvalidInput("Salah.", field="name"))
    assert response.status_code == 422
    assert response.content == b'{"detail": "Salah.", "field": "name"}'


def test_htmx_gets_the_sentence_as_a_fragment() -> None:
    request = _request(accept="*/*")
    request.htmx = True  # type: ignore[attr-defined]
    response = refusal_response(request, ContentChanged("Berubah."))
    html = response.content.decode()
    assert response.status_code == 409
    assert html.startswith('<div id="refusal">')
    assert (response["HX-Retarget"], response["HX-Reselect"]) == ("#messages", "#refusal")
    assert "<html" not in html


def test_the_page_of_a_fault_needs_nothing_but_itself() -> None:
    """When everything else has failed there is no request, no person and no database to draw it with."""
    html = get_template("500.html").render()
    assert "Sistem sedang terganggu" in html
    assert 'id="refusal"' in html


def test_a_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/bahasa/", {"language": "en"})
    assert answer.status_code == 403
    assert "Formulir ini sudah kedaluwarsa" in answer.content.decode()


def test_a_form_page_answers_with_the_status_of_its_errors() -> None:
    request = RequestFactory().get("/")
    request.user = User()
    template = "components/form_fields.html"
    assert render_form(request, template, _Form()).status_code == 200
    assert render_form(request, template, _Form({})).status_code == 422


def _template_files() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*.html") if "papers" not in path.parts)


def test_no_template_has_inline_style_script_or_handler() -> None:
    wrong = re.compile(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group(0)!r}"
        for path in _template_files()
        for match in [*wrong.finditer(path.read_text()), *inline.finditer(path.read_text())]
    ]
    assert found == []


def test_every_icon_that_a_template_names_is_served() -> None:
    listed = set(
        re.findall(r" icons/([a-z0-9-]+)\.svg", (Path(settings.BASE_DIR) / "static/vendor.txt").read_text())
    )
    named = re.compile(
        r"{%\s*icon\s+\"([a-z0-9-]+)\"|icon_name=\"([a-z0-9-]+)\""
        r"|{%\s*(?:link_button|submit_button|post_button|form_acts|tone_badge \"\w+\")"
        r"\s+(?:_\(\"[^\"]*\"\)|[\w.|]+)\s+\"([a-z0-9-]+)\""
    )
    used = {
        next(filter(None, match.groups())): path.name
        for path in _template_files()
        for match in named.finditer(path.read_text())
    }
    used |= {state.icon: flow for flow, states in FLOWS.items() for state in states}
    assert {name: where for name, where in used.items() if name not in listed} == {}
