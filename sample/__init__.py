"""The sample city: real open boundaries of Huế, a hand-drawn sketch, and a seeded generator."""
