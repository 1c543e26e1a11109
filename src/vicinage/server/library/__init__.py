"""A household's cameras and sealed clips, and the interface its hub speaks to."""
