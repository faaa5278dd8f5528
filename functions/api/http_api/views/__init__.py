"""Domain values as the page receives them."""
