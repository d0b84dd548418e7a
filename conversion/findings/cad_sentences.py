"""The sentences of what readers saw in drawings (CAD): lines, texts, units."""

from typing import Final

from conversion.findings.finding import Severity
from conversion.findings.sentence import Sentence

DRAWINGS: Final[dict[str, Sentence]] = {
    "cad_gaps": Sentence(
        Severity.WARNING,
        "{count} gaps keep lines from closing to polygons, the widest {longest}: {places}",
        "{count} chỗ hở khiến đường nét không khép thành vùng, rộng nhất {longest}: {places}",
        "close them in the drawing (extend or join the lines) and send it again",
        "hãy nối kín các chỗ này trong bản vẽ (extend, join) rồi gửi lại",
        title="gap between lines",
        title_vi="chỗ hở giữa các đường nét",
    ),
    "cad_joined": Sentence(
        Severity.INFO,
        "{ends} line ends that almost met were joined, over at most {farthest}",
        "đã nối {ends} đầu đường nét gần chạm nhau, xa nhất {farthest}",
    ),
    "cad_unclosed": Sentence(
        Severity.INFO,
        "{ends} line ends meet nothing near them; they close no polygon",
        "{ends} đầu đường nét không chạm gì ở gần; không khép thành vùng",
    ),
    "cad_slivers": Sentence(
        Severity.INFO,
        "{count} polygons thinner than the joining tolerance were left out",
        "đã bỏ {count} vùng mỏng hơn sai số nối",
    ),
    "cad_not_joined": Sentence(
        Severity.WARNING,
        "the lines have more than 2,000,000 vertices and were not joined to polygons",
        "đường nét có hơn 2.000.000 đỉnh nên không được khép thành vùng",
        "save the boundary layer as a drawing of its own",
        "hãy lưu riêng lớp ranh giới thành một bản vẽ",
    ),
    "cad_unbound_texts": Sentence(
        Severity.INFO,
        "{count} texts stand in no polygon and are not in this layer: {places}",
        "{count} chữ không nằm trong vùng nào nên không có trong lớp này: {places}",
        "take their CAD layer as a layer of its own where they matter",
        "nếu cần, hãy nhận lớp CAD chứa chúng thành một lớp riêng",
        title="text outside every polygon",
        title_vi="chữ không nằm trong vùng nào",
    ),
    "cad_unbound_polygons": Sentence(
        Severity.WARNING,
        "no text stands in {count} polygons, at {places}",
        "{count} vùng không có chữ nào bên trong, tại {places}",
        "check that the label lies inside its polygon, or that the polygon is no leftover",
        "hãy kiểm tra nhãn có nằm trong vùng của nó không, hoặc vùng có phải nét thừa không",
        title="polygon without a text",
        title_vi="vùng không có chữ",
    ),
    "cad_several_numbers": Sentence(
        Severity.WARNING,
        "{count} polygons hold more than one parcel number; a side between two parcels may be "
        "missing",
        "{count} vùng chứa nhiều hơn một số thửa; có thể thiếu cạnh giữa hai thửa",
        title="polygon with several parcel numbers",
        title_vi="vùng có nhiều số thửa",
    ),
    "cad_area_differs": Sentence(
        Severity.WARNING,
        "in {count} polygons the written area differs from the drawn one, by up to {worst} m²",
        "{count} vùng có diện tích ghi khác diện tích vẽ, lệch nhiều nhất {worst} m²",
        "check these parcels against their records",
        "hãy đối chiếu các thửa này với hồ sơ",
        title="written area differs from the drawn one",
        title_vi="diện tích ghi khác diện tích vẽ",
    ),
    "cad_skipped_entities": Sentence(
        Severity.WARNING,
        "{count} entities cannot be drawn as features and are left out: {kinds}",
        "{count} đối tượng không vẽ được thành đối tượng địa lý nên bị bỏ qua: {kinds}",
        "explode them in the drawing where they matter",
        "nếu cần, hãy phá khối (explode) chúng trong bản vẽ",
    ),
    "cad_curves": Sentence(
        Severity.INFO,
        "{count} curves are drawn as chords of at most 4°, within 0.06 % of their radius",
        "{count} đường cong được vẽ bằng các dây cung không quá 4°, sai số trong 0,06 % bán kính",
    ),
    "cad_scaled": Sentence(
        Severity.WARNING,
        "coordinates were multiplied by {factor}: only so does the drawing fall on Viet Nam "
        "in metres",
        "tọa độ đã nhân với {factor}: chỉ như vậy bản vẽ mới rơi vào lãnh thổ Việt Nam theo mét",
    ),
    "cad_units": Sentence(
        Severity.INFO,
        "the drawing says its unit is {unit} m, but its coordinates are metres; they were kept",
        "bản vẽ ghi đơn vị là {unit} m nhưng tọa độ là mét; giữ nguyên tọa độ",
    ),
    "cad_local": Sentence(
        Severity.WARNING,
        "the drawing lies on no Vietnamese grid (drawing unit: {unit}); its coordinates are local",
        "bản vẽ không nằm trên lưới tọa độ Việt Nam nào (đơn vị vẽ: {unit}); tọa độ là tọa độ "
        "giả định",
        "move it to its VN-2000 coordinates and send it again",
        "hãy chuyển bản vẽ về tọa độ VN-2000 rồi gửi lại",
    ),
    "cad_clipped": Sentence(
        Severity.ERROR,
        "{vertices} vertices stand at {limit}, the last coordinate that the file can hold: "
        "what lay beyond is lost",
        "{vertices} đỉnh nằm đúng ở {limit}, tọa độ cuối cùng tệp lưu được: phần vượt quá đã mất",
        "export it again with the storage centre at (500000, 1000000), as TT 25/2014 asks",
        "hãy xuất lại với tâm lưu trữ (500000, 1000000) theo TT 25/2014",
    ),
    "cad_wrapped": Sentence(
        Severity.WARNING,
        "northings had run over the file's last coordinate and were put back by {moved}",
        "tọa độ bắc đã vượt tọa độ cuối cùng của tệp và được đưa về chỗ, cộng {moved}",
    ),
    "cad_fonts": Sentence(
        Severity.INFO,
        "{texts} texts were decoded by their fonts: {fonts}",
        "đã giải mã {texts} chữ theo phông: {fonts}",
    ),
}
