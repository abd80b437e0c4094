"""The person's own pages: coming in, their keys, their account."""
