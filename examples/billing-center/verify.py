"""What the billing center checks of prepaid-billing's days, with nothing but the events: every posting once, in the order
of its shard, and at the end of the day the same counts, sums and digest as the ledger. Standard library only; the same as
verify.ts. Run as a program it reads [{"topic", "headers", "value"}, ...] from stdin and says what came of them, as JSON.
"""

import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone

EMPTY_DIGEST = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
TRANSFER_SIDES = {
    "TRANSFER_SIDE_OUT": ("TRANSFER_OUT", -1),
    "TRANSFER_SIDE_IN": ("TRANSFER_IN", 1),
    "TRANSFER_SIDE_RETURNED": ("TRANSFER_RETURNED", 1),
}
# Of each type of event: its kind, its effect on what the account has, and the field that is its reference.
TYPES = {
    "TopUpPosted": ("TOP_UP", 1, "invoiceNo"),
    "TopUpReversed": ("TOP_UP_REVERSED", -1, "reversedPostingId"),
    "ChargePosted": ("CHARGE", -1, "chargeId"),
    "ChargeAdjusted": ("CHARGE_ADJUSTED", -1, "adjustmentId"),
    "RefundPosted": ("REFUND", -1, "refundId"),
    "AccountClosed": ("ACCOUNT_CLOSED", 0, ""),
    "CorrectionPosted": ("CORRECTION", 1, "correctionId"),
}
CANONICAL = ("shard", "sequence", "kind", "accountNo", "amountFen", "balanceFen", "receivableFen", "postedOn", "postedAtMs", "reference")


def posting_of(headers, value):
    """An event of prepaid-billing.posting.v1. A type that is not known here is an error: nothing may be passed over."""
    data = json.loads(value)
    event_type = headers["ce_type"].replace("youdian.billing.v1.", "")
    if event_type == "TransferPosted":
        kind, sign = TRANSFER_SIDES[data["side"]]
        reference = "transferId"
    elif event_type in TYPES:
        kind, sign, reference = TYPES[event_type]
    else:
        raise ValueError(f"{event_type} is of a kind that this program does not know: bring it up to date before it goes on")
    # proto3 JSON leaves out what is empty or zero.
    return {
        "shard": int(headers["ce_shard"]),
        "sequence": int(headers["ce_shardsequence"]),
        "kind": kind,
        "accountNo": data.get("accountNo", ""),
        "amountFen": sign * int(data.get("amountFen", "0")),
        "balanceFen": int(data.get("balanceFen", "0")),
        "receivableFen": int(data.get("receivableFen", "0")),
        "postedOn": data.get("postedOn", ""),
        # Whole milliseconds, without the detour over floating point.
        "postedAtMs": (datetime.fromisoformat(data["postedAt"].replace("Z", "+00:00")) - EPOCH) // timedelta(milliseconds=1),
        "reference": data.get(reference, ""),
    }


def closing_of(headers, value):
    """The DayClosed of prepaid-billing.day.v1."""
    data = json.loads(value)
    return {
        "sequence": int(headers["ce_sequence"]),
        "day": data["day"],
        "shard": int(data.get("shard", 0)),
        "shards": int(data.get("shards", 0)),
        "first": int(data.get("firstShardSequence", "0")),
        "last": int(data.get("lastShardSequence", "0")),
        "totals": {total["kind"]: [int(total.get("count", "0")), int(total.get("amountFen", "0"))] for total in data["totals"]},
        "digest": data["digest"],
    }


def canonical(posting):
    return "|".join(str(posting[name]) for name in CANONICAL)


def chained(digest, line):
    """SHA-256(digest before || canonical form), in hex. A day's begins with 32 zero bytes."""
    return hashlib.sha256(bytes.fromhex(digest) + line.encode("utf-8")).hexdigest()


def empty_book(shard):
    """One shard, as far as it has been read. Plain data for JSON: keep it with your own effects, in one transaction."""
    return {"shard": shard, "applied": 0, "compared": 0, "closed": "", "waiting": {}, "days": {}, "closings": {}}


def take_posting(book, posting):
    """Takes a posting in. Returns those whose turn has come, each once however often it comes, and what was compared."""
    applied, verdicts = [], []
    if posting["sequence"] <= book["applied"]:
        return applied, verdicts
    # Keys are text, as JSON has them.
    book["waiting"][str(posting["sequence"])] = posting
    while (following := book["waiting"].pop(str(book["applied"] + 1), None)) is not None:
        book["applied"] = following["sequence"]
        applied.append(following)
        if following["postedOn"] > book["closed"]:
            _add_to_day(book, following)
        else:
            late = f"posting {following['sequence']} came after the day was closed"
            verdicts.append({"day": following["postedOn"], "shard": book["shard"], "shards": 0, "postings": 1, "differences": [late]})
        verdicts += _compare_what_is_whole(book)
    return applied, verdicts


def take_closing(book, closing):
    if closing["sequence"] <= book["compared"]:
        return []
    book["closings"][str(closing["sequence"])] = closing
    return _compare_what_is_whole(book)


def missing(book):
    """What is known to be and has not come: nothing, where everything was read."""
    shard, lasts = book["shard"], [closing["last"] for closing in book["closings"].values()]
    postings = [f"shard {shard}: posting {gap}" for gap in _gaps(book["applied"], book["waiting"], lasts)]
    return postings + [f"shard {shard}: day {gap}" for gap in _gaps(book["compared"], book["closings"], [])]


def _gaps(done, keys, known):
    """Of what is numbered from 1: what is not here, after what is done and up to what is known."""
    here = {int(key) for key in keys}
    newest = max([done, *here, *known])
    found = []
    first = done + 1
    while first <= newest:
        if first not in here:
            last = first
            while last < newest and last + 1 not in here:
                last += 1
            found.append(f"{first} is missing" if first == last else f"{first} to {last} is missing")
            first = last
        first += 1
    return found


def _add_to_day(book, posting):
    day = book["days"].setdefault(posting["postedOn"], {"first": posting["sequence"], "last": 0, "digest": EMPTY_DIGEST, "totals": {}})
    count, total = day["totals"].get(posting["kind"], (0, 0))
    day["last"] = posting["sequence"]
    day["digest"] = chained(day["digest"], canonical(posting))
    day["totals"][posting["kind"]] = [count + 1, total + posting["amountFen"]]


def _compare_what_is_whole(book):
    """A closing can be compared when every posting up to its last is here."""
    verdicts = []
    while (closing := book["closings"].get(str(book["compared"] + 1))) is not None and closing["last"] <= book["applied"]:
        day = book["days"].pop(closing["day"], {"first": 0, "last": 0, "digest": EMPTY_DIGEST, "totals": {}})
        postings = sum(count for count, _ in day["totals"].values())
        verdicts.append({"day": closing["day"], "shard": book["shard"], "shards": closing["shards"], "postings": postings, "differences": _differences(day, closing)})
        book["compared"], book["closed"] = closing["sequence"], closing["day"]
        del book["closings"][str(closing["sequence"])]
    return verdicts


def _differences(day, closing):
    found = []

    def compare(what, here, ledger):
        if here != ledger:
            found.append(f"{what} is {here} here and {ledger} in the ledger")

    compare("the first shard sequence", day["first"], closing["first"])
    compare("the last shard sequence", day["last"], closing["last"])
    for kind in dict.fromkeys([*closing["totals"], *day["totals"]]):
        here, ledger = day["totals"].get(kind, [0, 0]), closing["totals"].get(kind, [0, 0])
        compare(f"the count of {kind}", here[0], ledger[0])
        compare(f"the sum of {kind}", here[1], ledger[1])
    compare("the digest", day["digest"], closing["digest"])
    return found


def _main():
    books, lines, verdicts = {}, [], []
    for event in json.load(sys.stdin):
        if event["topic"] == "prepaid-billing.posting.v1":
            posting = posting_of(event["headers"], event["value"])
            lines.append(canonical(posting))
            verdicts += take_posting(books.setdefault(posting["shard"], empty_book(posting["shard"])), posting)[1]
        else:
            closing = closing_of(event["headers"], event["value"])
            verdicts += take_closing(books.setdefault(closing["shard"], empty_book(closing["shard"])), closing)
        # A book must survive being stored.
        books = {shard: json.loads(json.dumps(book)) for shard, book in books.items()}
    json.dump({"lines": lines, "verdicts": verdicts, "missing": [gap for book in books.values() for gap in missing(book)]}, sys.stdout)


if __name__ == "__main__":
    _main()
