"""The one place that asks what time it is, and how a moment is written."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
