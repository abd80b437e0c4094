"""One module a noun: sessions, plan, transcript, room."""
