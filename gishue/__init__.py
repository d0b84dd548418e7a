"""GISHue: the geospatial platform of the city of Huế."""
