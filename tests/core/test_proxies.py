"""Who asks and whether over TLS, with proxies in between: nobody outside can choose the answer."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from vigie.core.proxies import BehindProxies, asker, behind_proxies, is_our_host, is_secure

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
#: (the other end of the connection, what X-Forwarded-For says) -> who asks.
CHAINS = {
    ("203.0.113.9", ""): "203.0.113.9",
    ("203.0.113.9", "1.2.3.4"): "203.0.113.9",
    ("127.0.0.1", ""): "127.0.0.1",
    ("127.0.0.1", "198.51.100.7"): "198.51.100.7",
    ("127.0.0.1", "1.2.3.4, 198.51.100.7"): "198.51.100.7",
    ("127.0.0.1", "127.0.0.1, 198.51.100.7"): "198.51.100.7",
    ("127.0.0.1", "1.2.3.4, 198.51.100.7, 10.1.2.3"): "198.51.100.7",
    ("127.0.0.1", "10.9.9.9, 10.1.2.3"): "10.9.9.9",
    ("127.0.0.1", "198.51.100.7, nonsense"): "127.0.0.1",
    ("127.0.0.1", "198.51.100.7:4711"): "198.51.100.7",
    ("fd00::1", "1.2.3.4, [2001:db8::7]:443"): "2001:db8::7",
    ("::ffff:127.0.0.1", "::ffff:198.51.100.7"): "198.51.100.7",
}


@pytest.mark.parametrize(("chain", "found"), CHAINS.items())
def test_the_right_most_stranger_asks(chain, found):
    peer, said = chain
    assert asker(peer, [said] if said else [], PROXIES) == found


def test_a_header_that_comes_twice_is_one_chain():
    assert asker("127.0.0.1", ["1.2.3.4", "198.51.100.7"], PROXIES) == "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "said", "secure"),
    [
        ("127.0.0.1", ["https"], True),
        ("127.0.0.1", ["http"], False),
        ("127.0.0.1", ["HTTPS"], True),
        ("127.0.0.1", ["https, http"], False),
        ("127.0.0.1", ["http", "https"], True),
        ("127.0.0.1", ["ftp"], None),
        ("127.0.0.1", [], None),
        ("203.0.113.9", ["https"], None),
    ],
)
def test_tls_is_what_the_nearest_proxy_says(peer, said, secure):
    assert is_secure(peer, said, PROXIES) is secure


def scope(kind, peer, *headers):
    return {"type": kind, "client": (peer, 1), "scheme": "ws" if kind == "websocket" else "http", "headers": headers}


def test_pages_and_sockets_are_told_the_same(settings):
    settings.TRUSTED_PROXIES = PROXIES
    said = [(b"x-forwarded-for", b"1.2.3.4, 198.51.100.7"), (b"x-forwarded-proto", b"https")]
    told = [behind_proxies(scope(kind, "127.0.0.1", *said)) for kind in ("http", "websocket")]
    assert [(one["client"], one["scheme"]) for one in told] == [
        (("198.51.100.7", 0), "https"),
        (("198.51.100.7", 0), "wss"),
    ]
    environ = RequestFactory().get("/").environ | {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_FORWARDED_FOR": "1.2.3.4, 198.51.100.7",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    assert BehindProxies(lambda seen, _: [seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]])(environ, None) == [
        "198.51.100.7",
        "https",
    ]


def test_without_the_setting_nobody_is_believed(settings):
    assert settings.TRUSTED_PROXIES == ()
    plain = scope("http", "127.0.0.1", (b"x-forwarded-for", b"1.2.3.4"), (b"x-forwarded-proto", b"https"))
    assert behind_proxies(plain) == plain
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4", "wsgi.url_scheme": "http"}
    assert BehindProxies(lambda seen, _: [seen["REMOTE_ADDR"]])(environ, None) == ["127.0.0.1"]


def test_an_underscore_makes_another_header(settings):
    settings.TRUSTED_PROXIES = PROXIES
    said = [(b"x_forwarded_for", b"1.2.3.4"), (b"x_forwarded_proto", b"https")]
    plain = behind_proxies(scope("http", "127.0.0.1", *said))
    assert (plain["client"][0], plain["scheme"]) == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("hosts", "ours"),
    [
        ([b"127.0.0.1"], True),
        ([b"127.0.0.1:8000"], True),
        ([b"evil.example"], False),
        ([b"127.0.0.1.evil.example"], False),
        ([b"127.0.0.1@evil.example"], False),
        ([b""], False),
        ([], False),
        ([b"127.0.0.1", b"evil.example"], False),
    ],
)
def test_a_socket_is_opened_under_our_own_name_only(hosts, ours):
    assert is_our_host(scope("websocket", "127.0.0.1", *[(b"host", host) for host in hosts])) is ours


@pytest.mark.parametrize("name", [b"x-forwarded-host", b"x-host", b"x_forwarded_host", b"forwarded", b"x_host"])
def test_nobody_s_word_is_taken_for_the_host_of_a_socket(settings, name):
    settings.TRUSTED_PROXIES = PROXIES
    said = [(b"host", b"evil.example"), (name, b"127.0.0.1")]
    assert not is_our_host(behind_proxies(scope("websocket", "127.0.0.1", *said)))
