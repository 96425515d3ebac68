"""The pages of things: what sources say of one, and why; linked data."""
