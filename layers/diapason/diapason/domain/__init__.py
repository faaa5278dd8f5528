"""What the field knows, as pure values and rules: no cloud, no clock, no file."""
