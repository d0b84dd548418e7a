"""The pages for people; they hold no rules."""
