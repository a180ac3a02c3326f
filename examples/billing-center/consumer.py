"""A billing center's end of prepaid-billing: applies every posting once and checks every day against the ledger's DayClosed.

    pip install -r requirements.txt
    python3 consumer.py --brokers host:port,... [--state billing-center-py.sqlite] [--once]

--once reads what is there now, says what it found, and ends with 1 where a day differs or something is missing.
"""

import argparse
import json
import sqlite3
import sys
import time
import uuid

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from verify import closing_of, empty_book, missing, posting_of, take_closing, take_posting

POSTINGS = "prepaid-billing.posting.v1"
DAYS = "prepaid-billing.day.v1"
# Says up to when a partition is complete; no event.
PROGRESS = "youdian.platform.v1.Progress"
EVENT_TYPE = "youdian.billing.v1."
BATCH_MAX = 2_000
POLL_S = 0.5
ANSWER_LIMIT_S = 30
# A group's first question may come before its coordinator is there.
COORDINATOR_ABSENT = {KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS}

# Books, accounts and the group's name in one database, so that one transaction has them all.
SCHEMA = """
  CREATE TABLE IF NOT EXISTS reader (group_id TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS book (shard INTEGER PRIMARY KEY, book TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS verdict (day TEXT, shard INTEGER, shards INTEGER, differences TEXT NOT NULL, PRIMARY KEY (day, shard));
  CREATE TABLE IF NOT EXISTS account (account_no TEXT PRIMARY KEY, balance_fen TEXT NOT NULL, receivable_fen TEXT NOT NULL, postings INTEGER NOT NULL);
"""


def group_id(db):
    """A new database starts at the beginning: with a name of its own in Kafka, no offset can be ahead of it."""
    known = db.execute("SELECT group_id FROM reader").fetchone()
    if known:
        return known[0]
    fresh = f"billing-center-{uuid.uuid4()}"
    with db:
        db.execute("INSERT INTO reader VALUES (?)", (fresh,))
    return fresh


def load_book(db, shard):
    found = db.execute("SELECT book FROM book WHERE shard = ?", (shard,)).fetchone()
    return json.loads(found[0]) if found else empty_book(shard)


def take(db, records):
    """All of the records or nothing of them. Offsets follow afterwards, so what a crash leaves comes again and is known by its number."""
    books, verdicts = {}, []

    def book_of(shard):
        if shard not in books:
            books[shard] = load_book(db, shard)
        return books[shard]

    with db:
        for record in records:
            headers = {name: value.decode("utf-8") for name, value in record.headers() or []}
            event_type = headers.get("ce_type", "")
            if event_type == PROGRESS:
                continue
            if not event_type.startswith(EVENT_TYPE):
                raise ValueError(f"{record.topic()} has a record of type {event_type!r}")
            if record.topic() == DAYS:
                closing = closing_of(headers, record.value())
                verdicts += take_closing(book_of(closing["shard"]), closing)
            else:
                posting = posting_of(headers, record.value())
                applied, found = take_posting(book_of(posting["shard"]), posting)
                for one in applied:
                    apply(db, one)
                verdicts += found
        for book in books.values():
            db.execute("INSERT OR REPLACE INTO book VALUES (?, ?)", (book["shard"], json.dumps(book)))
        lines = [line for verdict in verdicts for line in keep(db, verdict)]
    # Said once it is durable.
    for line in lines:
        print(line, flush=True)


def apply(db, posting):
    """The effect of a posting: yours goes here."""
    db.execute(
        "INSERT INTO account VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET"
        " balance_fen = excluded.balance_fen, receivable_fen = excluded.receivable_fen, postings = postings + 1",
        (posting["accountNo"], str(posting["balanceFen"]), str(posting["receivableFen"])),
    )


def keep(db, verdict):
    """Notes a verdict and returns what there is to say of it."""
    day, shard, shards = verdict["day"], verdict["shard"], verdict["shards"]
    db.execute(
        "INSERT INTO verdict VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET differences = excluded.differences WHERE excluded.differences <> '[]'",
        (day, shard, shards, json.dumps(verdict["differences"])),
    )
    if verdict["differences"]:
        return [f"{day} shard {shard} DIFFERS: {'; '.join(verdict['differences'])}"]
    (here,) = db.execute("SELECT count(*) FROM verdict WHERE day = ? AND differences = '[]'", (day,)).fetchone()
    whole = [f"{day} whole: {shards} of {shards} shards"] if here == shards else []
    return [f"{day} shard {shard} OK: {verdict['postings']} postings", *whole]


def committed_offsets(consumer, partitions):
    until = time.monotonic() + ANSWER_LIMIT_S
    while True:
        try:
            return consumer.committed(partitions, timeout=ANSWER_LIMIT_S)
        except KafkaException as error:
            if error.args[0].code() not in COORDINATOR_ABSENT or time.monotonic() > until:
                raise
        time.sleep(POLL_S)


def partitions_to_read(consumer):
    """Partitions with records that this group has not read, and where they end now."""
    ends = {}
    for topic in (POSTINGS, DAYS):
        partitions = consumer.list_topics(topic, timeout=ANSWER_LIMIT_S).topics[topic].partitions
        for committed in committed_offsets(consumer, [TopicPartition(topic, number) for number in partitions]):
            low, high = consumer.get_watermark_offsets(committed, timeout=ANSWER_LIMIT_S)
            if high > max(committed.offset, low):
                ends[(topic, committed.partition)] = high
    return ends


def read(db, consumer, once):
    """Returns when everything that --once wants has been read; never without it."""
    left = partitions_to_read(consumer) if once else None
    if left == {}:
        return
    consumer.subscribe([POSTINGS, DAYS])
    while True:
        records = consumer.consume(BATCH_MAX, timeout=POLL_S)
        for record in records:
            if record.error():
                raise RuntimeError(str(record.error()))
        if not records:
            continue
        take(db, records)
        consumer.commit(asynchronous=False)
        if left is None:
            continue
        for record in records:
            place = (record.topic(), record.partition())
            if record.offset() + 1 >= left.get(place, 0):
                left.pop(place, None)
        if not left:
            return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", default="127.0.0.1:9092")
    parser.add_argument("--state", default="billing-center-py.sqlite")
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()

    db = sqlite3.connect(options.state)
    db.executescript(SCHEMA)
    settings = {"bootstrap.servers": options.brokers, "group.id": group_id(db), "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumer = Consumer(settings)
    try:
        read(db, consumer, options.once)
    finally:
        consumer.close()

    gaps = [gap for (shard,) in db.execute("SELECT shard FROM book ORDER BY shard").fetchall() for gap in missing(load_book(db, shard))]
    for gap in gaps:
        print(gap)
    (differing,) = db.execute("SELECT count(*) FROM verdict WHERE differences <> '[]'").fetchone()
    if differing:
        print(f"{differing} days of shards differ")
    return 1 if gaps or differing else 0


if __name__ == "__main__":
    sys.exit(main())
