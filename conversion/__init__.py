"""The way in: inspect, convert, check, stage and publish a department's file."""
