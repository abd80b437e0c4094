"""The record of what was proved: resumed, added up, and written into the document."""

from tests.prove.proofs import PROOFS, Part, Proof
from tests.prove.record import Record, planted_bugs

PROOF = Proof("kills", "F1", "kill it", "kills", 10, 5, lambda tree, count, done: Part(count))
DOCUMENT = "# Reliability\n\n<!-- figures -->\n<!-- /figures -->\n\nEnd.\n\n<!-- planted -->\n<!-- /planted -->\n"


def test_what_was_done_is_kept_and_goes_on(tmp_path):
    file = tmp_path / "prove.json"
    first = Record("abc", file)
    first.begin(PROOF)
    first.add(PROOF, Part(5, [], {"lines": 100}, {"slowest, s": 1.5}), 20)
    again = Record("abc", file)
    result = again.begin(PROOF)
    assert (result["done"], result["added"], result["most"]) == (5, {"lines": 100}, {"slowest, s": 1.5})
    again.add(PROOF, Part(5, ["lost"], {"lines": 50}, {"slowest, s": 0.5}), 10)
    assert (result["done"], result["seconds"], result["wrong"]) == (10, 30, ["lost"])
    assert (result["added"], result["most"]) == ({"lines": 150}, {"slowest, s": 1.5})
    assert Record("abc", file).begin(PROOF, again=True)["done"] == 0
    assert Record("def", file).begin(PROOF)["done"] == 0


def test_the_table_says_what_happened_and_what_did_not(tmp_path):
    document = tmp_path / "reliability.md"
    document.write_text(DOCUMENT)
    record = Record("abc", tmp_path / "prove.json")
    record.begin(PROOF)
    record.add(PROOF, Part(5, [], {"lines": 1000}, {"slowest, s": 1.5}), 20)
    for _ in range(2):
        record.write_document({"kills": PROOF, "model": PROOFS["model"]}, document)
    text = document.read_text()
    assert "5 kills of 10 in 20 s | 0 wrong | lines 1,000, slowest, s 1.5 | abc, " in text
    assert "| model |" in text
    assert "not run yet" in text
    assert text.count("| kills |") == 1
    assert text.startswith("# Reliability\n\n<!-- figures -->\n\n| What |")
    assert "\n\nEnd.\n\n<!-- planted -->\n\n| Patch |" in text


def test_every_planted_bug_says_what_it_does():
    rows = planted_bugs().splitlines()[2:]
    assert len(rows) > 20
    assert [row for row in rows if "diff --git" in row or not row.endswith(". |")] == []
