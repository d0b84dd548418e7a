"""What pydantic finds wrong in a request, said in Vietnamese."""

from collections.abc import Mapping
from typing import Any, Final

_SENTENCES: Final[Mapping[str, str]] = {
    "string_too_long": "dài quá {max_length} ký tự",
    "string_too_short": "cần ít nhất {min_length} ký tự",
    "string_type": "phải là văn bản",
    "string_pattern_mismatch": "không đúng mẫu {pattern}",
    "too_long": "có quá {max_length} phần tử",
    "too_short": "cần ít nhất {min_length} phần tử",
    "missing": "bị thiếu",
    "extra_forbidden": "không phải trường được nhận",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "int_parsing_size": "là số quá lớn",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "finite_number": "phải là số hữu hạn",
    "bool_parsing": "phải là true hoặc false",
    "bool_type": "phải là true hoặc false",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "không được quá {le}",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "json_invalid": "không phải JSON đọc được",
    "dict_type": "phải là một đối tượng JSON",
    "model_type": "phải là một đối tượng JSON",
    "model_attributes_type": "phải là một đối tượng JSON",
    "list_type": "phải là một danh sách",
    "uuid_parsing": "không phải mã UUID",
}
_ANY: Final = "có giá trị không hợp lệ; hãy xem lại"


def place(fault: Mapping[str, Any]) -> str:
    """Return where in the request the fault lies: ``body.layer``."""
    return ".".join(str(part) for part in fault["loc"])


def say_vi(fault: Mapping[str, Any]) -> str:
    """Return what is wrong there, as the rest of a sentence that begins with the place.

    >>> say_vi({"type": "string_too_long", "ctx": {"max_length": 63}})
    'dài quá 63 ký tự'
    """
    context = {name: str(value) for name, value in (fault.get("ctx") or {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", " hoặc ")
    try:
        return _SENTENCES.get(str(fault["type"]), _ANY).format_map(context)
    except KeyError:
        return _ANY
