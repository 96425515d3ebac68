"""What every answer has: its format, headers, errors, and how it is sent."""
