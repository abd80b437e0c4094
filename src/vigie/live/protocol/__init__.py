"""The live room as a state machine: standard library only, no clock, no database, no socket."""
