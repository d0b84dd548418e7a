"""Vector and raster tiles, TileJSON, styles and legends."""
