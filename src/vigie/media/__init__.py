"""Images and files that people bring: sniffed, drawn anew, stripped of all that is not the picture.

Lives here: `Image`, the workshop that redraws pictures in a process of its own, a community's logo. May import:
communities and below. Emits: `LogoKept`, `LogoRemoved`. Listens to: nothing.
"""
