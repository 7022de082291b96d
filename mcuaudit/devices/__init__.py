"""Devices and their peers: every fact that follows from settings or declarations is derived here, once.

`device`, `peer` and `presented` are the records, and `records` makes them from the frames. The other modules are
functions of them: `versions` and `services` (what exists), `verification` (who verifies whom), `names` (which names are
expected and compared), `users` (who may log in), `presentation` (what is presented, and by which store it is verified).
"""
