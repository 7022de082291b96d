"""Devices and their peers as the law sees them: each fact that follows from settings or declarations, derived once.

device, peer and presented are the nouns, records makes them from the frames. The others are plain functions of them:
versions and services (what exists), verification (who verifies whom), names (which are expected and compared), users
(who may log in), presentation (what is presented, by which store it is judged).
"""
