"""A layer's metadata record in XML by ISO 19139, in Vietnamese with the English beside it.

Source: ISO 19115:2003 with ISO/TS 19139:2007 (schemas of 2007-04-17), the encoding that QGIS, CKAN,
GeoNetwork and pycsw read.
"""

from typing import Final
from xml.etree import ElementTree as ET

from gishue.portal.catalogue.site import Site, downloads
from gishue.portal.catalogue.xml_text import clean
from layers.catalogue import Entry
from layers.layer import GeometryType, Layer, LayerKind

MEDIA: Final = "application/xml"

_GMD: Final = "http://www.isotc211.org/2005/gmd"
_GCO: Final = "http://www.isotc211.org/2005/gco"
_GML: Final = "http://www.opengis.net/gml/3.2"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_LISTS: Final = (
    "http://standards.iso.org/ittf/PubliclyAvailableStandards/ISO_19139_Schemas/resources/codelist/"
    "gmxCodelists.xml"
)
_ENGLISH: Final = "#locale-en"
_GEOMETRIC: Final = {
    GeometryType.POINT: "point",
    GeometryType.LINE: "curve",
    GeometryType.POLYGON: "surface",
    GeometryType.MIXED: "complex",
}

_PREFIXES: Final = {"gmd": _GMD, "gco": _GCO, "gml": _GML, "xsi": _XSI, "xlink": _XLINK}
for _prefix, _uri in _PREFIXES.items():
    ET.register_namespace(_prefix, _uri)


def record(site: Site, entry: Entry) -> bytes:
    """Return the record as an XML document."""
    layer = entry.layer
    root = ET.Element(f"{{{_GMD}}}MD_Metadata")
    _text(root, "fileIdentifier", layer.slug)
    _code(root, "language", "LanguageCode", "vie")
    _code(root, "characterSet", "MD_CharacterSetCode", "utf8")
    _code(root, "hierarchyLevel", "MD_ScopeCode", "dataset")
    _party(_under(root, "contact"), site, entry)
    _value(_under(root, "dateStamp"), "DateTime", _second(layer.updated_at.isoformat()))
    _text(root, "metadataStandardName", "ISO 19115:2003/19139")
    _text(root, "metadataStandardVersion", "1.0")
    _text(root, "dataSetURI", site.page(layer.slug))
    _locale(root)
    _representation(root, layer)
    if layer.srid:
        _system(root, layer)
    _identification(_under(root, "identificationInfo", "MD_DataIdentification"), site, entry)
    _distribution(_under(root, "distributionInfo", "MD_Distribution"), site, entry)
    _quality(_under(root, "dataQualityInfo", "DQ_DataQuality"), entry)
    ET.indent(root)
    return ET.tostring(root, "utf-8", xml_declaration=True)


def _identification(parent: ET.Element, site: Site, entry: Entry) -> None:
    layer = entry.layer
    _citation(_under(parent, "citation", "CI_Citation"), site, entry)
    _both(parent, "abstract", entry.abstract("vi"), entry.abstract("en"))
    _code(parent, "status", "MD_ProgressCode", "onGoing")
    _party(_under(parent, "pointOfContact"), site, entry)
    care = _under(parent, "resourceMaintenance", "MD_MaintenanceInformation")
    every = layer.cadence.words.iso
    _code(care, "maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", every)
    words = _under(parent, "descriptiveKeywords", "MD_Keywords")
    for word in entry.keywords("vi"):
        _text(words, "keyword", word)
    _code(words, "type", "MD_KeywordTypeCode", "theme")
    _constraints(parent, layer)
    kind = "vector" if layer.kind is LayerKind.VECTOR else "grid"
    shown = "spatialRepresentationType"
    _code(parent, shown, "MD_SpatialRepresentationTypeCode", kind)
    _code(parent, "language", "LanguageCode", "vie")
    _code(parent, "characterSet", "MD_CharacterSetCode", "utf8")
    topic = _under(parent, "topicCategory")
    ET.SubElement(topic, f"{{{_GMD}}}MD_TopicCategoryCode").text = "imageryBaseMapsEarthCover"
    _extent(_under(parent, "extent", "EX_Extent"), entry)


def _citation(parent: ET.Element, site: Site, entry: Entry) -> None:
    layer = entry.layer
    _both(parent, "title", entry.title("vi"), entry.title("en"))
    moments = {"publication": layer.published_at, "revision": entry.modified_at}
    for kind, at in moments.items():
        if at is not None:
            dated = _under(parent, "date", "CI_Date")
            _value(_under(dated, "date"), "DateTime", _second(at.isoformat()))
            _code(dated, "dateType", "CI_DateTypeCode", kind)
    _text(parent, "edition", str(layer.revision))
    _text(_under(parent, "identifier", "MD_Identifier"), "code", site.page(layer.slug))


def _constraints(parent: ET.Element, layer: Layer) -> None:
    legal = _under(parent, "resourceConstraints", "MD_LegalConstraints")
    _code(legal, "useConstraints", "MD_RestrictionCode", "otherRestrictions")
    said = [text for text in (layer.licence, layer.attribution) if text]
    for text in said or ["Chưa nêu giấy phép; hãy hỏi đơn vị chủ quản"]:
        _text(legal, "otherConstraints", text)


def _extent(parent: ET.Element, entry: Entry) -> None:
    box = _under(parent, "geographicElement", "EX_GeographicBoundingBox")
    west, south, east, north = entry.bounds
    sides = {"westBoundLongitude": west, "eastBoundLongitude": east}
    sides |= {"southBoundLatitude": south, "northBoundLatitude": north}
    for name, degrees in sides.items():
        _value(_under(box, name), "Decimal", f"{degrees:.9f}")
    layer = entry.layer
    if layer.covers_from or layer.covers_until:
        within = _under(parent, "temporalElement", "EX_TemporalExtent")
        period = ET.SubElement(_under(within, "extent"), f"{{{_GML}}}TimePeriod")
        period.set(f"{{{_GML}}}id", "covered")
        for name, day in (("begin", layer.covers_from), ("end", layer.covers_until)):
            place = ET.SubElement(period, f"{{{_GML}}}{name}Position")
            if day is None:
                place.set("indeterminatePosition", "unknown")
            else:
                place.text = day.isoformat()


def _distribution(parent: ET.Element, site: Site, entry: Entry) -> None:
    layer = entry.layer
    files = downloads(layer)
    for one in files:
        form = _under(parent, "distributionFormat", "MD_Format")
        _text(form, "name", one.name)
        _under(form, "version").set(f"{{{_GCO}}}nilReason", "inapplicable")
    transfer = _under(parent, "transferOptions", "MD_DigitalTransferOptions")
    online = [(site.page(layer.slug), "WWW:LINK", entry.title("vi"), "information")]
    online += [(site.origin + one.href, "WWW:DOWNLOAD", one.name, "download") for one in files]
    if files:
        collection = (site.collection(layer.slug), "OGC API - Features", layer.slug)
        online.append((*collection, "download"))
    online.append((site.tilejson(layer.slug), "TileJSON", layer.slug, "information"))
    for address, protocol, name, function in online:
        link = _under(transfer, "onLine", "CI_OnlineResource")
        ET.SubElement(_under(link, "linkage"), f"{{{_GMD}}}URL").text = address
        _text(link, "protocol", protocol)
        _text(link, "name", name)
        _code(link, "function", "CI_OnLineFunctionCode", function)


def _quality(parent: ET.Element, entry: Entry) -> None:
    layer = entry.layer
    _code(_under(parent, "scope", "DQ_Scope"), "level", "MD_ScopeCode", "dataset")
    if layer.accuracy_m:
        report = _under(parent, "report", "DQ_AbsoluteExternalPositionalAccuracy")
        _text(report, "measureDescription", f"Sai số phép chuyển hệ tọa độ: {layer.operation}")
        result = _under(report, "result", "DQ_QuantitativeResult")
        unit = _under(result, "valueUnit")
        unit.set(f"{{{_XLINK}}}href", "http://www.opengis.net/def/uom/UCUM/0/m")
        _value(_under(result, "value"), "Record", f"{layer.accuracy_m:g}")
    history = _under(parent, "lineage", "LI_Lineage")
    came = (layer.source, f"{layer.source_crs} → {layer.crs}", layer.operation)
    _text(history, "statement", "; ".join(text for text in came if text.strip(" →")) or layer.slug)


def _representation(root: ET.Element, layer: Layer) -> None:
    if layer.kind is not LayerKind.VECTOR or layer.shown_count is None:
        return
    shown = _under(root, "spatialRepresentationInfo", "MD_VectorSpatialRepresentation")
    objects = _under(shown, "geometricObjects", "MD_GeometricObjects")
    kind = _GEOMETRIC[layer.geometry_type or GeometryType.MIXED]
    _code(objects, "geometricObjectType", "MD_GeometricObjectTypeCode", kind)
    if layer.shown_count:
        _value(_under(objects, "geometricObjectCount"), "Integer", str(layer.shown_count))


def _system(root: ET.Element, layer: Layer) -> None:
    system = _under(root, "referenceSystemInfo", "MD_ReferenceSystem")
    named = _under(system, "referenceSystemIdentifier", "RS_Identifier")
    _text(named, "code", str(layer.srid))
    _text(named, "codeSpace", "EPSG")


def _party(parent: ET.Element, site: Site, entry: Entry) -> None:
    party = ET.SubElement(parent, f"{{{_GMD}}}CI_ResponsibleParty")
    _both(party, "organisationName", entry.publisher("vi"), entry.publisher("en"))
    contact = _under(party, "contactInfo", "CI_Contact")
    link = _under(contact, "onlineResource", "CI_OnlineResource")
    unit = entry.layer.unit
    address = f"{site.data}?unit={unit}" if unit else site.data
    ET.SubElement(_under(link, "linkage"), f"{{{_GMD}}}URL").text = address
    _code(party, "role", "CI_RoleCode", "pointOfContact")


def _locale(root: ET.Element) -> None:
    locale = _under(root, "locale", "PT_Locale")
    locale.set("id", _ENGLISH[1:])
    _code(locale, "languageCode", "LanguageCode", "eng")
    _code(locale, "characterEncoding", "MD_CharacterSetCode", "utf8")


def _under(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = ET.SubElement(parent, f"{{{_GMD}}}{name}")
    return parent


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    place = _under(parent, name)
    _value(place, "CharacterString", text)
    return place


def _both(parent: ET.Element, name: str, vietnamese: str, english: str) -> None:
    place = _text(parent, name, vietnamese)
    if english == vietnamese:
        return
    place.set(f"{{{_XSI}}}type", "gmd:PT_FreeText_PropertyType")
    told = _under(place, "PT_FreeText", "textGroup", "LocalisedCharacterString")
    told.set("locale", _ENGLISH)
    told.text = clean(english)


def _code(parent: ET.Element, name: str, codelist: str, value: str) -> None:
    code = _under(parent, name, codelist)
    code.set("codeList", f"{_LISTS}#{codelist}")
    code.set("codeListValue", value)
    code.text = value


def _value(place: ET.Element, kind: str, text: str) -> None:
    ET.SubElement(place, f"{{{_GCO}}}{kind}").text = clean(text)


def _second(moment: str) -> str:
    """Return an ISO 8601 time in UTC to the second, as clients of 2007 read it."""
    return f"{moment[:19]}Z"
