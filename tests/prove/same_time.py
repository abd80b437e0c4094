"""How long an answer takes does not tell whether an address is known. Collected by `tests.prove` alone: figures."""

from statistics import median
from time import perf_counter

import pytest
from django.test import Client, override_settings

from vigie.accounts.models import Person
from vigie.facts.jobs import huey

pytestmark = pytest.mark.django_db
#: Seconds between the two of a pair, in the median.
BOUND = 0.005
ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.fixture(autouse=True)
def jobs_wait():
    """As in an installation: the mail is written by another thread."""
    huey.immediate = False
    yield
    huey.storage.flush_all()
    huey.immediate = True


def compare(path: str, count: int, **sent: str) -> float:
    """Known and unknown side by side, each address once, each from a network of its own: the median difference.

    Pairs, because what else the machine does weighs on both of a pair.
    """
    Person.objects.bulk_create(Person(email=f"known-{at}@example.org", password="!") for at in range(count))
    took: dict[str, list[float]] = {"known": [], "other": []}
    for at in range(count):
        for name in sorted(took, reverse=at % 2 == 1):
            client = Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR=f"10.{name == 'known':d}.{at // 250}.{at % 250}")
            start = perf_counter()
            client.post(path, {"email": f"{name}-{at}@example.org", **sent})
            took[name].append(perf_counter() - start)
    known, other = (1000 * median(took[name]) for name in ("known", "other"))
    between = median(one - two for one, two in zip(took["known"], took["other"], strict=True))
    print(f"{path}: known {known:.2f} ms, unknown {other:.2f} ms, between {1000 * between:+.2f} ms")
    return between


def test_asking_for_a_code():
    assert abs(compare("/sign-in/", 300)) < BOUND


def test_typing_a_password():
    with override_settings(PASSWORD_HASHERS=ARGON2):
        assert abs(compare("/sign-in/password/", 60, password="the lentils fell twice")) < BOUND
