"""The law of the house: pure values and decisions.

Nothing here asks a clock, throws dice, opens a file or a socket, or knows Django. Time and chance
come in as arguments. One decision is one call, and its answer is an `event.Decision`.
"""
