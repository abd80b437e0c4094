"""The long counts: how often each promise was put to the test, and what came out. `python -m tests.prove`."""
