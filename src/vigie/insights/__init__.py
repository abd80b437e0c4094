"""What operators look at: what did not go through, how much there is of everything, whether histories hold.

Reads counts and states, never content, nobody's name or address. Stands beside `operation`, whose figures it shows.
"""
