"""Named places of Huế and the archipelagos, at the coordinates they are known by (WGS 84).

Ngọ Môn and Cầu Trường Tiền are the project's control points; other points are rounded to what
guidebooks and gazetteers agree on: some tens of metres in the centre, hundreds in the hills.
"""

from typing import NamedTuple


class Place(NamedTuple):
    """A named point: Vietnamese and English name, kind, longitude, latitude, one more word."""

    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    note: str = ""


HERITAGE = (
    Place("Ngọ Môn", "Ngo Mon (Meridian Gate)", "cung_dien", 107.5776, 16.4677, "1833"),
    Place("Kỳ Đài", "Flag Tower", "thanh_quach", 107.5787, 16.4659, "1807"),
    Place("Điện Thái Hoà", "Thai Hoa Palace", "cung_dien", 107.5767, 16.4691, "1805"),
    Place("Đại Nội", "Imperial City", "cung_dien", 107.5762, 16.4700, "1804"),
    Place("Thế Miếu và Cửu đỉnh", "The Mieu and Nine Urns", "mieu", 107.5746, 16.4681, "1822"),
    Place("Cung Diên Thọ", "Dien Tho Palace", "cung_dien", 107.5741, 16.4693, "1804"),
    Place("Duyệt Thị Đường", "Royal Theatre", "cung_dien", 107.5770, 16.4709, "1826"),
    Place(
        "Bảo tàng Cổ vật Cung đình Huế", "Royal Antiquities Museum", "bao_tang", 107.5813, 16.4704
    ),
    Place("Quốc Tử Giám", "Imperial Academy", "cung_dien", 107.5798, 16.4689, "1908"),
    Place("Tam Toà", "Tam Toa", "cung_dien", 107.5836, 16.4704),
    Place("Hồ Tịnh Tâm", "Tinh Tam Lake", "vuon", 107.5760, 16.4789, "1822"),
    Place("Trấn Bình đài (Mang Cá)", "Mang Ca Fort", "thanh_quach", 107.5771, 16.4872, "1805"),
    Place("Phu Văn Lâu", "Phu Van Lau", "cung_dien", 107.5806, 16.4641, "1819"),
    Place("Nghênh Lương Đình", "Nghenh Luong Pavilion", "cung_dien", 107.5812, 16.4635, "1852"),
    Place("Cầu Trường Tiền", "Truong Tien Bridge", "cau", 107.5896, 16.4689, "1899"),
    Place("Chùa Thiên Mụ", "Thien Mu Pagoda", "chua", 107.5446, 16.4536, "1601"),
    Place("Văn Miếu", "Temple of Literature", "mieu", 107.5382, 16.4529, "1808"),
    Place("Võ Miếu", "Temple of War", "mieu", 107.5397, 16.4531, "1835"),
    Place("Chùa Từ Đàm", "Tu Dam Pagoda", "chua", 107.5801, 16.4477, "1695"),
    Place("Chùa Báo Quốc", "Bao Quoc Pagoda", "chua", 107.5797, 16.4525, "1670"),
    Place("Chùa Từ Hiếu", "Tu Hieu Pagoda", "chua", 107.5723, 16.4396, "1843"),
    Place("Chùa Diệu Đế", "Dieu De Pagoda", "chua", 107.5868, 16.4800, "1844"),
    Place("Chùa Huyền Không Sơn Thượng", "Huyen Khong Son Thuong", "chua", 107.5030, 16.4440),
    Place("Thiền viện Trúc Lâm Bạch Mã", "Truc Lam Bach Ma Monastery", "chua", 107.7715, 16.2360),
    Place("Đàn Nam Giao", "Nam Giao Esplanade", "dan", 107.5818, 16.4371, "1806"),
    Place("Đàn Xã Tắc", "Xa Tac Esplanade", "dan", 107.5697, 16.4691, "1806"),
    Place("Lăng Tự Đức", "Tomb of Tu Duc", "lang", 107.5657, 16.4328, "1867"),
    Place("Lăng Đồng Khánh", "Tomb of Dong Khanh", "lang", 107.5688, 16.4309, "1889"),
    Place("Lăng Thiệu Trị", "Tomb of Thieu Tri", "lang", 107.5702, 16.4176, "1848"),
    Place("Lăng Khải Định", "Tomb of Khai Dinh", "lang", 107.5903, 16.3990, "1931"),
    Place("Lăng Minh Mạng", "Tomb of Minh Mang", "lang", 107.5690, 16.3876, "1843"),
    Place("Lăng Gia Long", "Tomb of Gia Long", "lang", 107.6010, 16.3620, "1820"),
    Place("Lăng Dục Đức", "Tomb of Duc Duc", "lang", 107.5940, 16.4500, "1889"),
    Place("Điện Hòn Chén", "Hon Chen Temple", "dien", 107.5615, 16.4240),
    Place("Hổ Quyền", "Tiger Fighting Arena", "thanh_quach", 107.5565, 16.4465, "1830"),
    Place("Điện Voi Ré", "Elephant Temple", "mieu", 107.5545, 16.4447),
    Place("Cung An Định", "An Dinh Palace", "cung_dien", 107.5985, 16.4578, "1917"),
    Place("Đồi Vọng Cảnh", "Vong Canh Hill", "canh_quan", 107.5634, 16.4300),
    Place("Núi Ngự Bình", "Ngu Binh Mountain", "canh_quan", 107.5985, 16.4335),
    Place("Phủ Cam", "Phu Cam Cathedral", "nha_tho", 107.5868, 16.4533, "1963"),
    Place("Nhà thờ Dòng Chúa Cứu Thế", "Redemptorist Church", "nha_tho", 107.5997, 16.4611, "1962"),
    Place("Trường Quốc Học", "Quoc Hoc School", "truong", 107.5822, 16.4594, "1896"),
    Place(
        "Trường Hai Bà Trưng (Đồng Khánh)",
        "Hai Ba Trung School",
        "truong",
        107.5838,
        16.4603,
        "1917",
    ),
    Place("Cầu ngói Thanh Toàn", "Thanh Toan Bridge", "cau", 107.6385, 16.4660, "1776"),
    Place("Làng cổ Phước Tích", "Phuoc Tich Village", "lang_co", 107.3185, 16.6450, "1470"),
    Place("Phố cổ Bao Vinh", "Bao Vinh Old Street", "lang_co", 107.5748, 16.4985),
    Place(
        "Nhà lưu niệm Bác Hồ Dương Nỗ", "Ho Chi Minh House Duong No", "bao_tang", 107.6155, 16.5080
    ),
    Place("Tháp Mỹ Khánh (Phú Diên)", "Phu Dien Cham Tower", "thap", 107.7280, 16.5030),
    Place("Hải Vân Quan", "Hai Van Gate", "thanh_quach", 108.1305, 16.1888, "1826"),
)
LANDMARKS = (
    Place("Chợ Đông Ba", "Dong Ba Market", "cho", 107.5886, 16.4716),
    Place("Chợ An Cựu", "An Cuu Market", "cho", 107.5972, 16.4562),
    Place("Chợ Bến Ngự", "Ben Ngu Market", "cho", 107.5815, 16.4562),
    Place("Ga Huế", "Hue Railway Station", "ga", 107.5780, 16.4556),
    Place("Ga Lăng Cô", "Lang Co Railway Station", "ga", 108.0615, 16.2140),
    Place("Sân bay Phú Bài", "Phu Bai Airport", "san_bay", 107.7027, 16.4015),
    Place("Cảng Chân Mây", "Chan May Port", "cang", 108.0100, 16.3330),
    Place("Cảng Thuận An", "Thuan An Port", "cang", 107.6270, 16.5610),
    Place("Biển Thuận An", "Thuan An Beach", "bien", 107.6460, 16.5620),
    Place("Biển Lăng Cô", "Lang Co Beach", "bien", 108.0800, 16.2420),
    Place("Biển Cảnh Dương", "Canh Duong Beach", "bien", 107.9900, 16.3130),
    Place("Đầm Lập An", "Lap An Lagoon", "dam", 108.0590, 16.2350),
    Place("Phá Tam Giang", "Tam Giang Lagoon", "dam", 107.5320, 16.6060),
    Place("Đầm Chuồn", "Chuon Lagoon", "dam", 107.6560, 16.5240),
    Place("Đầm Cầu Hai", "Cau Hai Lagoon", "dam", 107.8600, 16.3200),
    Place("Rú Chá", "Ru Cha Mangrove", "rung", 107.6070, 16.5590),
    Place("Đèo Hải Vân", "Hai Van Pass", "deo", 108.1310, 16.1880),
    Place("Đèo Phú Gia", "Phu Gia Pass", "deo", 108.0400, 16.2700),
    Place("Đèo Phước Tượng", "Phuoc Tuong Pass", "deo", 107.9020, 16.2735),
    Place("Vườn quốc gia Bạch Mã", "Bach Ma National Park", "rung", 107.8600, 16.1980),
    Place("Hồ Truồi", "Truoi Lake", "ho", 107.7780, 16.2460),
    Place("Hồ Tả Trạch", "Ta Trach Lake", "ho", 107.6520, 16.2800),
    Place("Hồ Thuỷ Tiên", "Thuy Tien Lake", "ho", 107.5775, 16.4122),
    Place("Bệnh viện Trung ương Huế", "Hue Central Hospital", "benh_vien", 107.5880, 16.4620),
    Place("Đại học Huế", "Hue University", "truong", 107.5905, 16.4662),
    Place("Sân vận động Tự Do", "Tu Do Stadium", "the_thao", 107.5957, 16.4675),
    Place("UBND thành phố Huế", "Hue People's Committee", "co_quan", 107.5893, 16.4655),
    Place(
        "Trung tâm Giám sát, điều hành đô thị thông minh (HueIOC)",
        "HueIOC",
        "co_quan",
        107.5935,
        16.4660,
    ),
    Place("Trung tâm xã A Lưới 1", "A Luoi", "trung_tam", 107.2300, 16.2790),
    Place("Khe Tre", "Khe Tre", "trung_tam", 107.7200, 16.1730),
)
ARCHIPELAGOS = (
    Place(
        "Quần đảo Hoàng Sa (Việt Nam)",
        "Hoang Sa Archipelago (Viet Nam)",
        "quan_dao",
        112.0,
        16.5,
        "Thành phố Đà Nẵng",
    ),
    Place(
        "Quần đảo Trường Sa (Việt Nam)",
        "Truong Sa Archipelago (Viet Nam)",
        "quan_dao",
        114.0,
        9.5,
        "Tỉnh Khánh Hoà",
    ),
    Place("Đảo Hoàng Sa", "Hoang Sa Island", "dao", 111.61, 16.53, "Hoàng Sa"),
    Place("Đảo Hữu Nhật", "Huu Nhat Island", "dao", 111.59, 16.51, "Hoàng Sa"),
    Place("Đảo Quang Ảnh", "Quang Anh Island", "dao", 111.51, 16.45, "Hoàng Sa"),
    Place("Đảo Duy Mộng", "Duy Mong Island", "dao", 111.74, 16.46, "Hoàng Sa"),
    Place("Đảo Phú Lâm", "Phu Lam Island", "dao", 112.33, 16.84, "Hoàng Sa"),
    Place("Đảo Linh Côn", "Linh Con Island", "dao", 112.73, 16.67, "Hoàng Sa"),
    Place("Đảo Tri Tôn", "Tri Ton Island", "dao", 111.20, 15.79, "Hoàng Sa"),
    Place("Đảo Bạch Quy", "Bach Quy Island", "dao", 111.77, 16.05, "Hoàng Sa"),
    Place("Đảo Trường Sa Lớn", "Truong Sa Lon Island", "dao", 111.92, 8.645, "Trường Sa"),
    Place("Đảo Song Tử Tây", "Song Tu Tay Island", "dao", 114.33, 11.43, "Trường Sa"),
    Place("Đảo Nam Yết", "Nam Yet Island", "dao", 114.36, 10.18, "Trường Sa"),
    Place("Đảo Sinh Tồn", "Sinh Ton Island", "dao", 114.33, 9.885, "Trường Sa"),
    Place("Đảo Sơn Ca", "Son Ca Island", "dao", 114.48, 10.375, "Trường Sa"),
    Place("Đảo Ba Bình", "Ba Binh Island", "dao", 114.365, 10.376, "Trường Sa"),
    Place("Đảo Phan Vinh", "Phan Vinh Island", "dao", 113.70, 8.97, "Trường Sa"),
    Place("Đảo An Bang", "An Bang Island", "dao", 112.91, 7.89, "Trường Sa"),
    Place("Đảo Thị Tứ", "Thi Tu Island", "dao", 114.28, 11.05, "Trường Sa"),
)
STATIONS = (
    Place("Kim Long", "Kim Long", "Sông Hương", 107.5588, 16.4546, "1.0 2.0 3.5"),
    Place("Phú Xuân (Trường Tiền)", "Phu Xuan", "Sông Hương", 107.5890, 16.4682, "0.9 1.8 3.2"),
    Place("Bao Vinh", "Bao Vinh", "Sông Hương", 107.5772, 16.4955, "0.8 1.6 2.8"),
    Place("Thảo Long", "Thao Long", "Sông Hương", 107.6055, 16.5496, "0.5 1.0 1.8"),
    Place("Tuần", "Tuan", "Sông Hương", 107.5760, 16.3955, "2.5 4.0 6.0"),
    Place("Dương Hoà", "Duong Hoa", "Sông Tả Trạch", 107.6280, 16.3340, "4.0 6.0 8.5"),
    Place("Thượng Nhật", "Thuong Nhat", "Sông Tả Trạch", 107.7100, 16.1479, "59.0 61.0 63.0"),
    Place("Hồ Tả Trạch", "Ta Trach Reservoir", "Hồ Tả Trạch", 107.6430, 16.3120, "25.0 45.0 50.0"),
    Place("Bình Điền", "Binh Dien", "Sông Hữu Trạch", 107.5035, 16.3480, "5.0 7.0 9.0"),
    Place("Phú Ốc", "Phu Oc", "Sông Bồ", 107.4765, 16.5280, "1.5 3.0 4.5"),
    Place("Cổ Bi", "Co Bi", "Sông Bồ", 107.4395, 16.5110, "2.5 4.5 6.5"),
    Place(
        "Hồ Hương Điền",
        "Huong Dien Reservoir",
        "Hồ Hương Điền",
        107.4180,
        16.4560,
        "46.0 56.0 58.0",
    ),
    Place("Phong Bình (Ô Lâu)", "Phong Binh", "Sông Ô Lâu", 107.3651, 16.6934, "1.2 2.2 3.2"),
    Place("Truồi", "Truoi", "Sông Truồi", 107.7765, 16.3230, "1.5 2.5 3.5"),
    Place("Phá Tam Giang (Ca Cút)", "Tam Giang", "Phá Tam Giang", 107.5700, 16.5865, "0.4 0.8 1.4"),
)
