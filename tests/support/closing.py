"""Why a layer of a test is not open."""

from datetime import UTC, datetime, timedelta

from layers.layer import Closure

UNTIL = datetime.now(UTC).replace(microsecond=0) + timedelta(days=300)
CLOSURE = Closure("Thử nghiệm", "A test", "Quyết định 1/QĐ-UBND", "Chánh văn phòng", UNTIL)
SAID = {
    "reason": CLOSURE.reason,
    "legal_basis": CLOSURE.legal_basis,
    "approver": CLOSURE.approver,
    "expires_at": UNTIL.isoformat(),
}
"""The same as a program says it."""
