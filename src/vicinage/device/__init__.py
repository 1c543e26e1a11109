"""A device that takes a browser's place: it speaks the same pages and interfaces over HTTP.

session      one person's HTTP session: pages, forms, JSON, files
account      sign-up, log-in and the second factor, through the pages of the accounts
owner        Alice's side: household key, cameras, library, exact match
handing      Alice's side: consent, hand-over, receipt
officer      Carol's side: a Request for Assistance, the agency's key, what was handed over
desk         Erin's and Olga's side: review, agencies
transparency reading the public log and checking its proofs

It runs on a person's own machine, so it may open what is sealed to that person.
"""
