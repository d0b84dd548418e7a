"""The codes that sandboxed readers answer, and the sentence of each in both languages.

A reader's own words are a stranger's data and may name paths of this machine, so none of them is
ever shown: the reader answers a code, and the sentence comes from here.
"""

from conversion.refusal import (
    BeyondLimit,
    BrokenFile,
    Cancelled,
    EmptyFile,
    FormatLater,
    NoSuchSourceLayer,
    NotADataset,
    OutsideCrs,
    SampleMissed,
    UnsafeArchive,
)
from gishue.core.errors import GishueError, InvalidInput

SENTENCES: dict[str, tuple[type[GishueError], str, str]] = {
    "empty": (
        EmptyFile,
        "the file is empty (0 bytes); copy or export it again",
        "tệp rỗng (0 byte); hãy sao chép hoặc xuất lại",
    ),
    "archive-nothing": (
        EmptyFile,
        "the archive is empty; pack the data files into it",
        "tệp nén rỗng; hãy nén các tệp dữ liệu vào",
    ),
    "unreadable": (
        BrokenFile,
        "the file is damaged or not what its name says; export it anew and send it again",
        "tệp hỏng hoặc không đúng như tên gọi; hãy xuất lại rồi gửi lại",
    ),
    "number-beyond": (
        BrokenFile,
        "the file holds a whole number of more than 19 digits; write it as text (in quotes)",
        "tệp có số nguyên dài hơn 19 chữ số; hãy ghi thành chữ (trong ngoặc kép)",
    ),
    "no-geojson": (
        NotADataset,
        "the file is not a whole GeoJSON: JSON of another kind, or cut off; export the layer as "
        "GeoJSON again, or copy it anew",
        "tệp không phải GeoJSON trọn vẹn: JSON loại khác hoặc bị cắt cụt; hãy xuất lại lớp thành "
        "GeoJSON, hoặc sao chép lại tệp",
    ),
    "wrong-driver": (
        NotADataset,
        "the content is not of the kind its beginning promises; export the layer again, as "
        "GeoPackage or GeoJSON if need be",
        "nội dung không đúng loại như phần đầu tệp cho biết; hãy xuất lại lớp, có thể chọn "
        "GeoPackage hoặc GeoJSON",
    ),
    "no-such-layer": (
        NoSuchSourceLayer,
        "the file has no layer of that name; run inspect to see its layers",
        "tệp không có lớp mang tên đó; hãy xem danh sách lớp bằng lệnh inspect",
    ),
    "tables-only": (
        EmptyFile,
        "the file holds only tables without geometry; send the layer they belong to, or export the "
        "table as CSV or Excel with its coordinates or addresses",
        "tệp chỉ có bảng không mang hình học; hãy gửi lớp bản đồ kèm bảng, hoặc xuất bảng ra CSV "
        "hay Excel có cột tọa độ hoặc địa chỉ",
    ),
    "missing-parts": (
        BrokenFile,
        "these parts of the MapInfo table are missing; send all its parts together in one zip",
        "thiếu các phần này của bảng MapInfo; hãy gửi mọi phần cùng nhau trong một tệp zip",
    ),
    "tab-not-native": (
        NotADataset,
        "the MapInfo table only points to another file or database; save a copy of it as a table "
        "of its own (File > Save Copy As) and send all parts",
        "bảng MapInfo này chỉ trỏ tới tệp hoặc cơ sở dữ liệu khác; hãy lưu thành bảng riêng "
        "(File > Save Copy As) rồi gửi mọi phần",
    ),
    "cut-off": (
        BrokenFile,
        "the file is cut off: its end is missing; copy or download it again",
        "tệp bị cắt cụt: thiếu phần cuối; hãy sao chép hoặc tải lại",
    ),
    "topojson-large": (
        BeyondLimit,
        "the TopoJSON is larger than 64 MB; send the layer as GeoJSON or GeoPackage",
        "tệp TopoJSON lớn hơn 64 MB; hãy gửi lớp dạng GeoJSON hoặc GeoPackage",
    ),
    "too-many-vertices": (
        BeyondLimit,
        "the layer has more than 20,000,000 vertices once its shared arcs are followed; send it as "
        "GeoPackage, or in parts",
        "lớp có hơn 20.000.000 đỉnh sau khi nối các cung dùng chung; hãy gửi dạng GeoPackage, hoặc "
        "chia thành nhiều phần",
    ),
    "no-layers": (
        EmptyFile,
        "the file holds no layer with geometry; export the layer together with its shapes",
        "tệp không có lớp nào mang hình học; hãy xuất lại lớp kèm hình học",
    ),
    "no-features": (
        EmptyFile,
        "the layer holds no features, so nothing was published; look whether a filter was on when "
        "it was exported",
        "lớp không có đối tượng nào nên chưa công bố gì; hãy xem khi xuất có đang bật bộ lọc không",
    ),
    "all-null": (
        BrokenFile,
        "no feature has a readable geometry, the file was cut off or saved without shapes; export "
        "it again, of a shapefile with all its parts",
        "không đối tượng nào có hình học đọc được, tệp bị cắt cụt hoặc lưu thiếu hình; hãy xuất "
        "lại, với shapefile thì gửi đủ các phần",
    ),
    "too-many-columns": (
        BeyondLimit,
        "the layer has more than 1,000 columns; keep the ones you need and export it again",
        "lớp có hơn 1.000 cột; hãy giữ lại các cột cần dùng rồi xuất lại",
    ),
    "archive-broken": (
        UnsafeArchive,
        "the archive is damaged or cut off; copy it anew, or pack it again",
        "tệp nén bị hỏng hoặc bị cắt cụt; hãy sao chép lại, hoặc nén lại",
    ),
    "archive-joined": (
        UnsafeArchive,
        "the archive can be read in two ways: several are joined in one file, or its list of "
        "contents leaves some out; unpack each and pack all files into one",
        "tệp nén có thể đọc theo hai cách: nhiều tệp nén bị nối thành một, hoặc mục lục bỏ sót nội "
        "dung; hãy giải nén từng tệp rồi nén tất cả vào một tệp",
    ),
    "archive-members": (
        UnsafeArchive,
        "the archive holds more than 2,000 members; pack only the data, or several archives",
        "tệp nén chứa hơn 2.000 thành phần; hãy chỉ nén dữ liệu, hoặc chia thành nhiều tệp nén",
    ),
    "archive-names": (
        UnsafeArchive,
        "two members of the archive have the same name; rename one and pack it again",
        "tệp nén có hai thành phần trùng tên; hãy đổi tên một tệp rồi nén lại",
    ),
    "archive-path": (
        UnsafeArchive,
        "a member of the archive has a name that points out of it, or is not a proper name; pack "
        "the folder again from inside it",
        "một thành phần của tệp nén có tên trỏ ra ngoài hoặc tên không hợp lệ; hãy nén lại ngay "
        "trong thư mục chứa dữ liệu",
    ),
    "archive-encrypted": (
        UnsafeArchive,
        "the archive is locked with a password; pack it without one",
        "tệp nén có mật khẩu; hãy nén lại không mật khẩu",
    ),
    "archive-link": (
        UnsafeArchive,
        "the archive holds a link or a special file; pack the files themselves",
        "tệp nén chứa liên kết hoặc tệp đặc biệt; hãy nén chính các tệp dữ liệu",
    ),
    "archive-method": (
        UnsafeArchive,
        "the archive uses an unusual compression; pack it as plain zip",
        "tệp nén dùng kiểu nén lạ; hãy nén lại thành zip thường",
    ),
    "archive-bomb": (
        UnsafeArchive,
        "the archive grows far beyond its size when unpacked (a zip bomb); send the data file "
        "itself, unpacked",
        "tệp nén phình quá lớn khi giải nén (bom zip); hãy gửi chính tệp dữ liệu, không nén",
    ),
    "archive-too-large": (
        BeyondLimit,
        "the archive unpacks to more than this server takes; send its layers one by one",
        "tệp nén khi mở ra lớn hơn mức máy chủ nhận; hãy gửi từng lớp một",
    ),
    "archive-nested": (
        UnsafeArchive,
        "archives lie inside archives more than one level deep; unpack them and pack the data once",
        "tệp nén lồng nhau quá một cấp; hãy giải nén rồi nén dữ liệu lại một lần",
    ),
    "archive-empty": (
        NotADataset,
        "the archive holds no file that can be read as a layer; pack the data files themselves "
        "(.shp with its parts, .gpkg, .tab with its parts, .dxf, .xlsx and so on)",
        "tệp nén không có tệp nào đọc được thành lớp; hãy nén chính các tệp dữ liệu (.shp và các "
        "phần của nó, .gpkg, .tab và các phần, .dxf, .xlsx…)",
    ),
    "raster-values": (
        FormatLater,
        "a picture has one to four bands of 8 bits; elevation and other measured rasters come with "
        "a later version",
        "ảnh cần có một đến bốn kênh 8 bit; dữ liệu độ cao và raster đo đạc khác sẽ được nhận ở "
        "phiên bản sau",
    ),
    "raster-size": (
        BeyondLimit,
        "the picture has more than 1,073,741,824 pixels or a side of more than 200,000; cut it "
        "into sheets",
        "ảnh có hơn 1.073.741.824 điểm ảnh hoặc một cạnh dài hơn 200.000; hãy cắt thành nhiều mảnh",
    ),
    "raster-place": (
        BrokenFile,
        "the picture does not say where it lies (no geotransform); export it as a GeoTIFF with its "
        "georeference",
        "ảnh không cho biết vị trí trên mặt đất; hãy xuất lại thành GeoTIFF có tham chiếu tọa độ",
    ),
    "raster-datum": (
        OutsideCrs,
        "the picture cannot be placed within half a pixel in that reference system; choose the one "
        "it is really in",
        "không đặt được ảnh chính xác trong nửa điểm ảnh ở hệ tọa độ đó; hãy chọn đúng hệ tọa độ "
        "của ảnh",
    ),
    "table-no-place": (
        NotADataset,
        "no column of the table holds coordinates, WKT or addresses of the city; say which ones do "
        "with x and y, or with address",
        "bảng không có cột tọa độ, WKT hay địa chỉ trong thành phố; hãy chỉ rõ cột bằng x và y, "
        "hoặc address",
    ),
    "table-no-rows": (
        EmptyFile,
        "the file holds no table: no visible sheet has a header and rows below it; show the sheet "
        "and write a header above its rows",
        "tệp không có bảng: không trang tính nào đang hiện có tiêu đề và các dòng bên dưới; hãy bỏ "
        "ẩn trang tính và đặt tiêu đề trên các dòng",
    ),
    "table-only-header": (
        EmptyFile,
        "the table has a header and no rows below it; fill it in and send it again",
        "bảng chỉ có tiêu đề, chưa có dòng nào; hãy điền dữ liệu rồi gửi lại",
    ),
    "table-no-column": (
        InvalidInput,
        "the table has no column of that name; write it as it stands in the header",
        "bảng không có cột mang tên đó; hãy ghi đúng như ở tiêu đề",
    ),
    "table-too-large": (
        BeyondLimit,
        "a sheet has more than 200,000 rows or 20,000,000 cells; save it as CSV, which has no "
        "such limit",
        "trang tính có hơn 200.000 dòng hoặc 20.000.000 ô; hãy lưu thành CSV, loại tệp không bị "
        "giới hạn này",
    ),
    "table-locked": (
        BrokenFile,
        "the workbook is locked with a password; save it without one",
        "bảng tính có mật khẩu; hãy lưu lại không mật khẩu",
    ),
    "table-xml": (
        UnsafeArchive,
        "the workbook holds XML that no spreadsheet program writes; save it anew in Excel or "
        "LibreOffice",
        "bảng tính chứa XML mà không phần mềm bảng tính nào ghi; hãy lưu lại bằng Excel hoặc "
        "LibreOffice",
    ),
    "table-no-text": (
        NotADataset,
        "the file is not delimited text: it holds zero bytes; save the table as CSV (UTF-8)",
        "tệp không phải văn bản phân cách: có byte 0 bên trong; hãy lưu bảng thành CSV (UTF-8)",
    ),
    "table-quotes": (
        BrokenFile,
        "the text cannot be cut into rows from this line on: a quotation mark is not closed; close "
        "it, or save the table anew",
        "không tách được dòng từ vị trí này: thiếu dấu ngoặc kép đóng; hãy thêm dấu, hoặc lưu lại "
        "bảng",
    ),
    "cad-too-many": (
        BeyondLimit,
        "the drawing holds more than 1,000,000 entities once its blocks are drawn, or is too large "
        "for a drawing; cut it into sheets, or save the layers you need as a drawing of their own",
        "bản vẽ có hơn 1.000.000 đối tượng sau khi vẽ các khối, hoặc quá lớn đối với một bản vẽ; "
        "hãy cắt thành từng mảnh, hoặc lưu riêng các lớp cần dùng",
    ),
    "dxf-binary": (
        NotADataset,
        "the DXF is a binary one; save it as a text DXF (ASCII), or send the DWG",
        "tệp DXF ở dạng nhị phân; hãy lưu lại thành DXF dạng văn bản (ASCII) hoặc gửi tệp DWG",
    ),
    "dwg-unreadable": (
        BrokenFile,
        "the DWG is damaged, or older than AutoCAD R13; open it, run RECOVER or AUDIT, and "
        "save it as AutoCAD 2018 DWG or as DXF",
        "tệp DWG hỏng hoặc thuộc phiên bản trước AutoCAD R13; hãy mở bản vẽ, chạy RECOVER hoặc "
        "AUDIT, rồi lưu lại thành DWG 2018 hoặc DXF",
    ),
    "dgn8-unreadable": (
        BrokenFile,
        "the DGN (version 8) is damaged, protected, or holds nothing that can be drawn; save it as "
        "DGN V7 or DXF",
        "tệp DGN (phiên bản 8) hỏng, bị khóa hoặc không có gì vẽ được; hãy lưu lại thành DGN V7 "
        "hoặc DXF",
    ),
    "sample-missed": (
        SampleMissed,
        "the rows of the file differ from each other more than its sample; send it again",
        "các dòng trong tệp khác với mẫu đã đọc; hãy gửi lại tệp",
    ),
    "memory": (
        BeyondLimit,
        "reading the file needs more memory than one file may use; send it in parts, or as "
        "GeoPackage",
        "đọc tệp này cần nhiều bộ nhớ hơn mức cho phép; hãy chia nhỏ tệp, hoặc gửi dạng GeoPackage",
    ),
    "cancelled": (
        Cancelled,
        "the work on this file was stopped on request; nothing was published",
        "đã dừng xử lý tệp theo yêu cầu; chưa công bố gì",
    ),
    "time": (
        BeyondLimit,
        "reading the file takes longer than one file may take; send it in parts, or as GeoPackage",
        "đọc tệp này lâu hơn mức cho phép; hãy chia nhỏ tệp, hoặc gửi dạng GeoPackage",
    ),
    "output": (
        BeyondLimit,
        "the file unpacks to more than one file may hold; send it in parts",
        "tệp khi mở ra lớn hơn mức cho phép; hãy chia nhỏ tệp",
    ),
}


def from_code(code: str, where: str = "") -> GishueError:
    """Return the error that a reader's code stands for; an unknown code means unreadable."""
    kind, english, vietnamese = SENTENCES.get(code, SENTENCES["unreadable"])
    place = f"{where}: " if where else ""
    return kind(place + english, vi=place + vietnamese, code=code if code in SENTENCES else "")
