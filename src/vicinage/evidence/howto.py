"""HOW-TO-VERIFY.txt: tells a lawyer in plain words how to check a package by hand and by command."""

from collections.abc import Mapping
from typing import Any

_INTRODUCTION = """\
HOW TO VERIFY THIS PACKAGE
==========================

What this is. The owner of a home camera gave the clips in this package to a public safety agency,
for one published Request for Assistance. The clips were sealed (encrypted) at home. Since then
nobody could open them but the owner, and, from the hand-over on, the agency named here.

What can be checked, by anyone and without asking us:
  1. The package is whole: nothing was changed, lost or added.
  2. The clips are the very bytes that the camera's hub sealed, and the hub signed their hash.
  3. The owner consented to hand these clips to this agency for this request, and signed that.
  4. The request, the agency, the agency's key and the consent stand in a public log that
     independent witnesses cosigned. Nobody can change or remove them unseen.

What cannot be checked by any software: that the pictures show what someone says they show, that
the hub's clock was right beyond the offset it states, and whether a court admits them.

THE SHORT WAY
-------------
With the program "vicinage" (no account, no network needed), beside this package:

    vicinage verify PACKAGE

It says in words what it checked, and ends with exit code 0 if all of it holds. By itself it
believes the log's keys in data/policy. Compare that file with the one that the log publishes at
/log/policy, or better, with a copy that you or a witness kept.

BY HAND
-------
The tools used here come with any Linux: sha256sum, head, tail, sed, openssl (3 or newer), and age.
Run the commands in the folder that holds this package's bagit.txt.

1. The package is whole. Every line should end in "OK".

    $ sha256sum -c tagmanifest-sha256.txt
    $ sha256sum -c manifest-sha256.txt
"""

_CONSENT = """\
2. The owner signed the consent. The command should print "Signature Verified Successfully".
   What was signed is the part "statement" of data/consent.json. Read it: it names the request,
   the agency, its key, each clip, the owner's name and contact, and the time.

    $ (printf 'vicinage/consent/v1\\n'; sed 's/^.*,"statement"://; s/}}$//' data/consent.json) > /tmp/signed
    $ sed 's/^.*"signature":"//; s/".*$//' data/consent.json | base64 -d > /tmp/signature
    $ echo MCowBQYDK2VwAyEA{household} | base64 -d > /tmp/key
    $ openssl pkeyutl -verify -pubin -keyform DER -inkey /tmp/key \\
        -rawin -in /tmp/signed -sigfile /tmp/signature
"""

_CLIP = """\
Clip {clip}, recorded {start} to {end}

   a. The owner's header for the agency and the payload sealed at home are those of the consent.
      The first command should print   {header_sha256}
      and the second                   {payload_sha256}

    $ head -c {header_size} data/clips/{clip}.age | sha256sum
    $ tail -c +{payload_from} data/clips/{clip}.age | sha256sum

   b. The hub at home signed its statement on this clip ("Signature Verified Successfully").

    $ (printf 'vicinage/clip/v1\\n'; sed 's/^.*,"statement"://; s/}}$//' data/clips/{clip}.json) > /tmp/signed
    $ sed 's/^.*"signature":"//; s/".*$//' data/clips/{clip}.json | base64 -d > /tmp/signature
    $ echo MCowBQYDK2VwAyEA{hub} | base64 -d > /tmp/key
    $ openssl pkeyutl -verify -pubin -keyform DER -inkey /tmp/key \\
        -rawin -in /tmp/signed -sigfile /tmp/signature

   c. The agency opens it with its identity file. The hash of the video should be
      {sha256}

      age -d -i agency-identity.txt -o {clip}.mp4 data/clips/{clip}.age
      sha256sum {clip}.mp4
"""

_LOG = """\
4. The log. Four entries of the log are here, each with a proof in the format
   https://c2sp.org/tlog-proof that any tool for it checks against data/policy:

     data/rfa.leaf          the Request for Assistance, entry {rfa_leaf}
     data/agency.leaf       the agency, verified by the platform
     data/agency-key.leaf   the agency's key, entry {agency_key_leaf}
     data/consent.leaf      a commitment to the consent; it hides what data/consent.json opens

   The first three are readable text. data/rfa.text.json, if it is here, is the request's wording.
   Hashing along a proof by hand is long; "vicinage verify" does it. The leaf's own hash is

    $ (printf '\\000'; cat data/consent.leaf) | sha256sum
"""


def text(statement: Mapping[str, Any], header_sizes: Mapping[str, int]) -> bytes:
    """The file for a consent statement (a parsed one's members) and its clips' header sizes in bytes."""
    parts = [_INTRODUCTION, _CONSENT.format(household=statement["household"])]
    parts.append("3. The clips.\n")
    for clip in statement["clips"]:
        size = header_sizes[clip["clip"]]
        parts.append(_CLIP.format(**clip, header_size=size, payload_from=size + 1))
    parts.append(_LOG.format(**statement))
    return "\n".join(parts).encode()
