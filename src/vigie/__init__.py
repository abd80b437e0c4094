"""Vigie: self-hosted customer communities with live moderated sessions."""

__version__ = "0.1.0"
