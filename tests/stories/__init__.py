"""The main job from end to end, by persona."""
