"""What may be written in the confidential block."""

KINDS = frozenset({"remark", "question", "probe"})
LIMIT = 4000
CLIENT_ID_LIMIT = 36


def refusal(client_id: str, kind: str, text: str) -> str:
    """The code of the first rule that says no, "" when none does."""
    if not client_id or len(client_id) > CLIENT_ID_LIMIT:
        return "client_id"
    if kind not in KINDS:
        return "unknown_kind"
    if not text or text.isspace():
        return "empty"
    if len(text) > LIMIT:
        return "too_long"
    return ""
