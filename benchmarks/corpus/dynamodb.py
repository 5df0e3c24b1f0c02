"""DynamoDB: items of an order table, with every type of attribute."""

from __future__ import annotations

from typing import Any

from corpus.materials import Materials


def _line(draw: Materials) -> dict[str, Any]:
    return {
        "M": {
            "sku": {"S": f"SKU-{draw.whole(100000, 999999)}"},
            "title": {"S": draw.words(4)},
            "quantity": {"N": str(draw.whole(1, 9))},
            "price": {"N": f"{draw.number(1, 500, 2)}"},
            "gift": {"BOOL": draw.happens(0.2)},
        }
    }


def _item(draw: Materials) -> dict[str, Any]:
    return {
        "pk": {"S": f"CUSTOMER#{draw.uuid()}"},
        "sk": {"S": f"ORDER#{draw.second().isoformat()}#{draw.whole(1, 9999):04}"},
        "status": {"S": draw.one_of(["PENDING", "PAID", "SHIPPED", "RETURNED"])},
        "total": {"N": f"{draw.number(10, 5000, 2)}"},
        "createdAt": {"N": str(int(draw.second().timestamp()))},
        "note": {"NULL": True} if draw.happens(0.5) else {"S": draw.words(12)},
        "express": {"BOOL": draw.happens(0.3)},
        "labels": {"SS": [draw.name(1) for _ in range(3)]},
        "scores": {"NS": [str(draw.whole(1, 1000)) for _ in range(3)]},
        "signature": {"B": draw.binary(64)},
        "address": {
            "M": {
                "street": {"S": f"{draw.whole(1, 200)} {draw.name(1)} Street"},
                "city": {"S": draw.one_of(["Dublin", "Köln", "São Paulo", "Osaka"])},
                "zip": {"S": str(draw.whole(10000, 99999))},
                "geo": {"L": [{"N": f"{draw.number(-90, 90, 6)}"}, {"N": f"{draw.number(-180, 180, 6)}"}]},
            }
        },
        "lines": {"L": [_line(draw) for _ in range(draw.whole(2, 5))]},
    }


def query_output(count: int) -> dict[str, Any]:
    """A page of orders."""
    draw = Materials("dynamodb Query")
    items = [_item(draw) for _ in range(count)]
    return {
        "ConsumedCapacity": {"CapacityUnits": 128.5, "TableName": "orders"},
        "Count": count,
        "Items": items,
        "LastEvaluatedKey": {"pk": items[-1]["pk"], "sk": items[-1]["sk"]},
        "ScannedCount": count,
    }


def get_item_output(_: int) -> dict[str, Any]:
    """One order."""
    return {
        "ConsumedCapacity": {"CapacityUnits": 0.5, "TableName": "orders"},
        "Item": _item(Materials("dynamodb GetItem")),
    }


def get_item_input(_: int) -> dict[str, Any]:
    """A look-up by key."""
    item = _item(Materials("dynamodb GetItem"))
    return {
        "TableName": "orders",
        "Key": {"pk": item["pk"], "sk": item["sk"]},
        "ConsistentRead": True,
        "ProjectionExpression": "#s, total, lines",
        "ExpressionAttributeNames": {"#s": "status"},
        "ReturnConsumedCapacity": "TOTAL",
    }


def batch_write_item_input(count: int) -> dict[str, Any]:
    """Orders to store, and every fifth to delete."""
    draw = Materials("dynamodb BatchWriteItem")
    requests: list[dict[str, Any]] = []
    for number in range(count):
        item = _item(draw)
        if number % 5 == 4:
            requests.append({"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}})
        else:
            requests.append({"PutRequest": {"Item": item}})
    return {"RequestItems": {"orders": requests}, "ReturnConsumedCapacity": "TOTAL"}
