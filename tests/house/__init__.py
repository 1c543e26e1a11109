"""The walls of the house, its sizes, and that its docs say what is."""
