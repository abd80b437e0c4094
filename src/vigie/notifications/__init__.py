"""Telling people: the mails and the calendar of sessions, reminders, and what each person wants to receive.

May import: live, communities, accounts, mails, facts, shell, core. Cannot know that `backroom` exists.
Emits: nothing. Listens to: seats, duties and plans of sessions.
"""
