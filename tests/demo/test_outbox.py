"""In demo mode mails stay on this computer, to be read as text."""

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend

from tests.accounts.browser import browser
from vigie.demo.queries import mails


def send(folder, *subjects, text="Bonjour <b>vous</b>, voilà."):
    backend = EmailBackend(file_path=str(folder))
    backend.open()
    for subject in subjects:
        mail = EmailMultiAlternatives(subject, text, "Vigie <vigie@127.0.0.1>", ["éloïse@example.org"])
        mail.attach_alternative("<script>alert(1)</script><p>HTML twin</p>", "text/html")
        backend.send_messages([mail])
    backend.close()


def test_an_empty_outbox_says_what_to_do(demo):
    assert "No mail yet" in browser().get("/demo/outbox/").content.decode()


def test_mails_are_read_whole_the_newest_first(demo):
    send(demo, "Premier", "Deuxième à l’accent")
    assert [mail.subject for mail in mails()] == ["Deuxième à l’accent", "Premier"]
    assert mails()[0].text.strip() == "Bonjour <b>vous</b>, voilà."
    assert mails()[0].at is not None


def test_a_mail_is_shown_as_text_and_its_html_never(demo):
    send(demo, "<img src=x onerror=alert(1)>")
    page = browser().get("/demo/outbox/").content.decode()
    assert "Bonjour &lt;b&gt;vous&lt;/b&gt;" in page
    assert "&lt;img src=x" in page
    assert "<img" not in page
    assert "alert(1)</script>" not in page
    assert "HTML twin" not in page


def test_a_file_that_is_no_mail_breaks_nothing(demo):
    demo.mkdir(parents=True)
    (demo / "20300101-000000-1.log").write_bytes(b"\xff\xfe\x00 nonsense\nDate: never\n\n\x80")
    (demo / "20300101-000001-1.log").write_bytes(
        b"Subject: odd\nDate: never\nContent-Type: text/plain; charset=klingon\n\nhello"
    )
    send(demo, "Whole")
    assert "Whole" in browser().get("/demo/outbox/").content.decode()
