"""How layers are drawn: colours, palettes, classes, and the way to and from SLD and QML."""
