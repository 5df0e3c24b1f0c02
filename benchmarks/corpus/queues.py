"""SQS: messages in a batch."""

from __future__ import annotations

import json
from typing import Any

from corpus.materials import ACCOUNT, Materials


def _entry(draw: Materials, number: int) -> dict[str, Any]:
    body = {"type": "OrderPlaced", "id": draw.uuid(), "customer": draw.name(2), "lines": [draw.uuid() for _ in "abcd"]}
    return {
        "Id": f"message-{number}",
        "MessageBody": json.dumps(body),
        "MessageAttributes": {
            "event": {"DataType": "String", "StringValue": "OrderPlaced"},
            "version": {"DataType": "Number", "StringValue": "3"},
            "signature": {"DataType": "Binary", "BinaryValue": draw.binary(48)},
        },
        "MessageDeduplicationId": draw.uuid(),
        "MessageGroupId": f"customer-{draw.whole(1, 9999)}",
    }


def send_message_batch_input(count: int) -> dict[str, Any]:
    """Messages for a queue in order."""
    draw = Materials("sqs SendMessageBatch")
    return {
        "QueueUrl": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/orders.fifo",
        "Entries": [_entry(draw, number) for number in range(count)],
    }
