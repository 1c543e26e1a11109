"""The demo: an invented town, a camera that really streams, and the main job told headless.

streets   the town's map, drawn by arithmetic
scene     a street scene, rendered         camera  streams it over a socket
town      who lives and works there, as data
people    their log-ins, kept in the state folder
seeding   makes the town through the same pages and interfaces that people use
scenery   the demo's processes, for `vicinage run`
story     `vicinage demo`
"""
