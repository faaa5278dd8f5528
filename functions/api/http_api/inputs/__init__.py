"""What requests carry, validated and turned into domain values."""
