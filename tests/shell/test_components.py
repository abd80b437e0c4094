import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from vigie.shell.jinja import flag, lantern


class Form(forms.Form):
    email = forms.EmailField(help_text="Kept <private>.")
    words = forms.CharField(widget=forms.Textarea, required=False)
    often = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    several = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=[("a", "A"), ("b", "B")])
    subject = forms.ChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()
    hidden = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def render(source: str, **context: object) -> str:
    text: str = engines["jinja2"].from_string(source).render(context)
    return re.sub(r"\s+", " ", text).strip()


def field(name: str, data: dict[str, str] | None = None, arguments: str = "") -> str:
    form = Form(data)
    return render('{% from "shell/components/field.html" import field %}{{ field(form[name]' + arguments + ") }}",
                  form=form, name=name)  # fmt: skip


def test_a_field_is_read_with_its_hint() -> None:
    assert field("email") == (
        '<div class="field"> <label for="id_email">Email</label> '
        '<input type="email" name="email" maxlength="320" class="input" aria-describedby="id_email-hint" required '
        'id="id_email"> <p class="field__hint" id="id_email-hint">Kept &lt;private&gt;.</p> </div>'
    )


def test_a_wrong_field_says_so_and_why() -> None:
    html = field("email", {"email": "x"}, ", big=true, attrs={'autocomplete': 'username'}")
    assert 'class="input input--big"' in html
    assert 'aria-describedby="id_email-hint id_email-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="username"' in html
    assert 'id="id_email-error"' in html


def test_radio_buttons_and_check_lists_are_groups() -> None:
    for name, kind in (("often", "radio"), ("several", "checkbox")):
        html = field(name, {})
        assert html.startswith(f'<fieldset class="field" id="id_{name}" aria-describedby="id_{name}-error"> <legend>')
        assert html.count('<label class="choice">') == html.count(f'type="{kind}"') == 2


def test_other_controls_find_their_place() -> None:
    assert '<textarea name="words"' in field("words")
    assert "(optional)" in field("words")
    assert 'class="select"' in field("subject")
    assert field("agreed").startswith('<div class="field"> <label class="check"><input type="checkbox"')
    assert field("hidden") == '<input type="hidden" name="hidden" id="id_hidden">'


def test_what_people_type_is_escaped_everywhere() -> None:
    nasty = '"><script>alert(1)</script>'
    calls = {
        "badge": ["pennant(x, 'check')", "tag(x)", "count(x, x)"],
        "button": ["button(x, 'check')", "button(x, href=x)", "action(x, x, '', fields={'a': x})"],
        "chat": ["line(x, '', x, x, x, quote={'who': x, 'text': x})", "ask(x, x, [('check', x)])", "notice_line(x)"],
        "person": ["person(x, '', x, x)", "crew(x, '', x)"],
        "meter": ["meter(1, 2, x)", "poll_row(x, 1, 2, x)"],
        "timeline": ["act(x, x)"],
        "table": ["cell(x, x)"],
        "toast": ["toast(x)"],
        "empty": ["empty(x, x)"],
        "dialog": ["confirm('a', x, x, x)"],
        "card": ["page_head(x, x)", "crumbs(x, x)"],
        "composer": ["composer('a', x, x, placeholder=x)"],
        "copy": ["copy(x, 'a', x)"],
        "chart": ["bars(x, x, [{'label': x, 'value': 1, 'words': x}], [x, x], x)"],
        "steps": ["steps(x, [{'label': x, 'detail': x, 'href': x, 'state': 'now'}])"],
        "tabs": ["page_tabs(x, [{'href': x, 'label': x}])", "tabs(x, [{'id': 'a', 'pane': 'b', 'label': x}])"],
        "field": ["segment('a', x, [(x, x, '')], x)"],
    }
    for file, macros in calls.items():
        for call in macros:
            name = call.partition("(")[0]
            html = render(f'{{% from "shell/components/{file}.html" import {name} %}}{{{{ {call} }}}}', x=nasty)
            assert "<script" not in html, call
            assert "alert(1)" in html, call
    assert "<script" not in lantern("<script>")


def test_nothing_is_written_inline_and_every_icon_is_drawn() -> None:
    root = Path(__file__).parents[2]
    drawn = set(json.loads((root / "frontend" / "icons.json").read_text()))
    assert sorted(drawn) == json.loads((root / "frontend" / "icons.json").read_text())
    for path in (root / "src" / "vigie").rglob("jinja2/**/*.html"):
        if "mail" in str(path):  # mails have no other place for their style
            continue
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son(click|change|submit|input|load|error|key[a-z]+)=|<script>", text), (
            path
        )
        named = set(re.findall(r"""\bicon\(\s*["']([a-z-]+)["']""", text))
        assert named <= drawn, (path, named - drawn)


def test_what_participants_download_has_no_word_of_the_other_room() -> None:
    styles = Path(__file__).parents[2] / "frontend" / "src" / "styles"
    names = re.findall(r'@import url\("\./(.*?)"\)', (styles / "page.css").read_text())
    assert len(names) > 25
    for name in names:
        text = (styles / name).read_text().lower()
        assert not re.search(r"--back|backroom|back room|observ|confiden|guide", text), name


def test_a_flag_takes_a_seed_or_a_recipe() -> None:
    assert flag("seed").startswith('<span class="avatar"><svg viewBox="0 0 36 29" aria-hidden="true"><g clip-path')
    assert 'class="avatar avatar--s avatar--wave"' in flag("seed", "s", wave=True)
    assert lantern("hélène", "s", "brand") == (
        '<span class="lantern lantern--s lantern--brand" aria-hidden="true">H</span>'
    )


def test_a_name_that_a_page_forgot_is_an_error() -> None:
    with pytest.raises(Exception, match="'pseudonym' is undefined"):
        render("{{ pseudonym }}")
