"""What makes Huế Huế, drawn by hand in longitude and latitude: a sketch, not a survey."""
