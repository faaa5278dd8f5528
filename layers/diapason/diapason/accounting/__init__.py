"""What an accounting system is given, as text: entries, customers and instalments. Knows no cloud."""
