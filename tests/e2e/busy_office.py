"""An office in the middle of its year: people, keys, closed layers, requests, shares.

``hoa`` administers the department of construction and looks into that of health.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gishue.accounts import store as accounts
from gishue.accounts import units
from gishue.accounts.unit import Unit
from gishue.core.access import Act, Visibility
from gishue.core.actor import OPERATOR, Actor, Limits, Role
from gishue.core.db import Connection, transaction
from layers import closure_store, description, request_store, sharing_store, store
from layers.layer import Closure, Layer
from layers.services import Services
from layers.sharing import Wish
from tests.e2e.served import publish_wards
from tests.e2e.studio import PASSWORD
from tests.support.city import add_layer
from tests.support.people import add_key, staff

NOW = datetime.now(UTC).replace(microsecond=0)
UNITS = {
    "hue": ("Ủy ban nhân dân thành phố Huế", "People's Committee of Huế", None),
    "so-xd": ("Sở Xây dựng", "Department of Construction", "hue"),
    "so-xd-ht": ("Phòng Hạ tầng kỹ thuật", "Technical Infrastructure Division", "so-xd"),
    "so-yt": ("Sở Y tế", "Department of Health", "hue"),
    "so-nnmt": ("Sở Nông nghiệp và Môi trường", "Department of Agriculture", "hue"),
}
CLOSED = {
    "cap-nuoc": ("Mạng lưới cấp nước", "Water supply network", "so-xd", 400),
    "cap-dien": ("Trạm biến áp và lưới điện trung thế", "Medium-voltage power grid", "so-xd", 12),
    "vien-thong": ("Cống bể cáp viễn thông", "", "so-xd", -3),
    "quan-trac": ("Trạm quan trắc lún", "Subsidence stations", "so-xd", 300),
    "dich-te": ("Ổ dịch sốt xuất huyết", "Dengue clusters", "so-yt", 200),
    "nghia-trang": ("Điểm chôn lấp động vật", "Animal burial sites", "so-nnmt", 90),
    "kho-thuoc": ("Kho thuốc bảo vệ thực vật", "Pesticide stores", "so-nnmt", 180),
}
"""Title, English title, owner, and in how many days the reason ends."""
PEOPLE = {
    "hoa": ("Tôn Nữ Quỳnh Hoa", "so-xd", Role.UNIT_ADMIN),
    "le.van.minh": ("Lê Văn Minh", "so-xd", Role.PUBLISHER),
    "nguyen.thi.thanh.huong": ("Nguyễn Thị Thanh Hương", "so-xd-ht", Role.EDITOR),
    "tran.duc": ("Trần Đức", "so-xd-ht", Role.VIEWER),
    "bs.lan": ("Hồ Thị Lan", "so-yt", Role.VIEWER),
    "ky.su.nam": ("Phan Nam", "so-nnmt", Role.VIEWER),
}


async def fill(services: Services) -> None:
    """Fill an empty registry; the 40 wards are its open layer."""
    async with transaction(services.pool) as conn:
        for code, (title, title_en, parent) in UNITS.items():
            await units.put(conn, Unit(code, title, title_en=title_en, parent=parent))
        await publish_wards(conn)
        layers = {slug: await _close(conn, slug) for slug in CLOSED}
        await _share(conn, layers, await _staff(conn))
    await services.registry.reload(services.pool)


async def _close(conn: Connection, slug: str) -> Layer:
    title, title_en, unit, days = CLOSED[slug]
    layer = await add_layer(conn, slug, unit=unit)
    said = replace(description.of(layer), title=title, title_en=title_en)
    await store.describe(conn, layer.id, said)
    closure = Closure(
        "Công trình hạ tầng thiết yếu, cần bảo vệ khỏi bị phá hoại",
        "Essential infrastructure, to be protected against sabotage",
        "Luật Bảo vệ bí mật nhà nước 2018, Điều 7; Quyết định 1722/QĐ-TTg",
        "Nguyễn Văn Phúc, Phó Giám đốc Sở",
        NOW + timedelta(days=days),
    )
    described = await store.by_slug(conn, slug)
    await closure_store.decide(conn, described, Visibility.RESTRICTED, closure, OPERATOR)
    return await store.by_slug(conn, slug)


async def _staff(conn: Connection) -> dict[str, Actor]:
    known: dict[str, Actor] = {}
    for name, (display, unit, role) in PEOPLE.items():
        number = await accounts.add(conn, name, PASSWORD, display=display, unit=unit, role=role)
        known[name] = staff(name, number, unit, role)
    await accounts.give(conn, known["hoa"].account_id or 0, Role.VIEWER, "so-yt")
    await add_key(conn, Role.VIEWER, "so-xd", "Trục tích hợp LGSP")
    narrow = Limits(frozenset({"cap-nuoc"}), frozenset({Act.READ}))
    await add_key(conn, Role.VIEWER, "so-xd-ht", "Bảng điều hành Hue-S", narrow)
    return known


async def _share(conn: Connection, layers: dict[str, Layer], known: dict[str, Actor]) -> None:
    hoa, health, farm = known["hoa"], known["bs.lan"], known["ky.su.nam"]
    until = NOW + timedelta(days=150)
    read, take = frozenset({Act.READ}), frozenset({Act.READ, Act.DOWNLOAD})
    purpose = "Đối chiếu nguồn nước với ca bệnh tiêu chảy cấp theo tuần"
    asked = Wish("so-yt", take, False, until)
    await request_store.add(conn, layers["cap-nuoc"], asked, purpose, health, NOW)
    other = Wish("so-nnmt", read, False, until)
    second = await request_store.add(
        conn, layers["cap-dien"], other, "Quy hoạch trạm bơm", farm, NOW
    )
    await request_store.refuse(conn, second, hoa, "Đã có bản công khai của ngành điện.")
    mine = Wish("so-xd", read, False, until)
    await request_store.add(
        conn, layers["dich-te"], mine, "Chọn nơi khơi thông cống rãnh", hoa, NOW
    )
    await sharing_store.give(conn, layers["quan-trac"], other, hoa, NOW)
    await sharing_store.give(conn, layers["cap-nuoc"], other, hoa, NOW)
