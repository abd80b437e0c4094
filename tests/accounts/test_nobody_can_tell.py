"""Whether an address has an account here cannot be learnt from the sign-in pages: same bytes, same work."""

import re

import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.browser import ask_for_code, browser, type_code
from tests.cast import Cast
from vigie.accounts.actions import mail_sign_in_code
from vigie.core import clock

KNOWN, UNKNOWN = "alice@example.org", "nobod@example.org"


def bare(response, email):
    """Without what differs for every visitor: the form's token, the cookies, and the address they typed themselves."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode()).replace(email, "…")
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, headers, body


def journey(email):
    client = browser()
    steps = [ask_for_code(client, email), client.get("/sign-in/code/")]
    steps += [type_code(client, "BBB-BBB") for _ in range(3)]
    steps += [client.get("/sign-in/"), type_code(client, "BBB-BBB"), client.get("/sign-in/code/")]
    return [bare(step, email) for step in steps], sorted(client.cookies)


def test_known_and_unknown_addresses_read_the_same_pages(cast: Cast):
    # Pages say until when a code holds: both journeys happen in the same minute.
    with time_machine.travel(clock.now(), tick=False):
        assert journey(KNOWN) == journey(UNKNOWN)
    assert [sent.to for sent in mail.outbox] == [[KNOWN]]


def test_known_and_unknown_addresses_cost_the_same_queries(cast: Cast):
    """The mail itself is written by a job, which is queued for both."""
    for email in (KNOWN, UNKNOWN):
        ask_for_code(browser(), email)  # the first try of a day makes its counters
    counts = []
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            ask_for_code(browser(), email)
        counts.append([query["sql"].partition(" ")[0] for query in queries])
    with CaptureQueriesContext(connection) as job:
        mail_sign_in_code(KNOWN, "BBB-BBB")
    assert len(counts[0]) == len(counts[1]) + len(job)
