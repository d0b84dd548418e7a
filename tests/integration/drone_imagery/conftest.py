"""Photos made for the tests of flights."""

from io import BytesIO

from PIL import Image

_XMP = """<x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description xmlns:drone-dji='http://www.dji.com/drone-dji/1.0/'
 drone-dji:GimbalYawDegree='{yaw}' drone-dji:GimbalPitchDegree='-90' drone-dji:GimbalRollDegree='0'
 drone-dji:RelativeAltitude='+100.00' drone-dji:AbsoluteAltitude='+104.00'/>
</rdf:RDF></x:xmpmeta>"""


def jpeg(
    lon: float | None = None, lat: float | None = None, *, yaw: float = 0.0, xmp: bool = True
) -> bytes:
    """Return a photo from 100 m above (lon, lat), straight down, by a Phantom 4 Pro."""
    exif = Image.Exif()
    exif[271], exif[272] = "DJI", "FC6310"
    detail = {37386: 8.8, 41989: 24, 36867: "2025:07:01 09:30:00", 36881: "+07:00"}
    exif.get_ifd(0x8769).update(detail)
    if lon is not None and lat is not None:
        place = {1: "N", 2: (lat, 0.0, 0.0), 3: "E", 4: (lon, 0.0, 0.0)}
        exif.get_ifd(0x8825).update(place)
    packet = _XMP.format(yaw=yaw).encode() if xmp else b""
    out = BytesIO()
    Image.new("RGB", (547, 365), "olive").save(out, "JPEG", exif=exif.tobytes(), xmp=packet)
    return out.getvalue()
