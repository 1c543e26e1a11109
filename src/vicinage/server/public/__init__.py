"""Pages and files anyone may read: agencies, rfas, the regime, the proof check."""
