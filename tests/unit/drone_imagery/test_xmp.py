import pytest

from drone_imagery.xmp import MAX_PACKET_BYTES, UnsafePacket, read_xmp

_HEAD = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
)
_TAIL = "</rdf:RDF></x:xmpmeta>"
_DJI = "http://www.dji.com/drone-dji/1.0/"


def packet(description: str) -> bytes:
    return f"{_HEAD}{description}{_TAIL}".encode()


def test_values_written_as_attributes_are_read() -> None:
    body = packet(f"<rdf:Description xmlns:drone-dji='{_DJI}' drone-dji:GimbalYawDegree='+45.00'/>")
    assert read_xmp(body) == {"drone-dji:GimbalYawDegree": "+45.00"}


def test_values_written_as_elements_are_read() -> None:
    body = packet(
        f"<rdf:Description xmlns:d='{_DJI}'><d:GimbalYawDegree> +45.00 </d:GimbalYawDegree>"
        "</rdf:Description>"
    )
    assert read_xmp(body) == {"drone-dji:GimbalYawDegree": "+45.00"}


def test_a_prefix_is_known_by_its_namespace_not_by_its_letters() -> None:
    body = packet(
        "<rdf:Description xmlns:drone-dji='http://elsewhere/' drone-dji:GimbalYawDegree='1'/>"
    )
    assert read_xmp(body) == {}


def test_padding_and_the_packet_wrapper_are_no_obstacle() -> None:
    inner = packet(f"<rdf:Description xmlns:d='{_DJI}' d:RelativeAltitude='39.8'/>").decode()
    wrapped = f"<?xpacket begin='\ufeff' id='x'?>\n{inner}{' ' * 500}\n<?xpacket end='w'?>\0\0"
    assert read_xmp(wrapped.encode()) == {"drone-dji:RelativeAltitude": "39.8"}


def test_no_packet_holds_no_value() -> None:
    assert read_xmp(b"") == {}


@pytest.mark.parametrize(
    "hostile",
    [
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        b"<!doctype x><x/>",
        "<!DOCTYPE x><x/>".encode("utf-16"),
        "<!DOCTYPE x><x/>".encode("utf-16-le"),
        b"<x>&undeclared;</x>",
        b"<x><y></x>",
        b"not xml at all",
        b"<x>" + b" " * MAX_PACKET_BYTES + b"</x>",
    ],
    ids=["entity", "doctype", "utf-16", "utf-16-le", "undeclared", "torn", "text", "long"],
)
def test_a_hostile_or_damaged_packet_is_refused(hostile: bytes) -> None:
    with pytest.raises(UnsafePacket):
        read_xmp(hostile)
