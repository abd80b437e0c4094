class Impossible(Exception):
    """The operator's order cannot be carried out, and nothing was changed; the argument says why, in one sentence."""
