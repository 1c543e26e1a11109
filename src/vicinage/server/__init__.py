"""The server: accounts, the log, sealed clips, requests and their pages. Django, kept thin.

Apps from the ground up: ledger | accounts < agencies < library | rfas | feed < handovers
< notices | public < urls. In each app the same words: models, queries (reads), actions (the
only writes), forms, views / api, urls, templates.
"""
