"""Values as Arrow tables and back: a schema of any class, record batches of values as they come, and Parquet.

    batches(client.describe_instances.items(), ec2.Reservation)
    write_parquet("instances.parquet", instances, ec2.Instance)
    [*values(pq.ParquetFile("instances.parquet").iter_batches(), ec2.Instance)]

A column is named as the attribute is. Structures are structs, lists and maps lists and maps, blobs binary, timestamps
microseconds in UTC, integers of the size that the model says, and enums texts. A union is a struct of its members, of
which one is there. What is absent is null, and a column of it has its type nevertheless. Documents are JSON texts, and
so are values of a class that stands within itself.
"""

from __future__ import annotations

try:
    import pyarrow  # noqa: F401, ICN001 - whether it is there
except ImportError:
    raise ImportError("tables take pyarrow: pip install 'botobind[arrow]'", name="pyarrow") from None

from botobind.arrow.batching import batches, reader, schema, values
from botobind.arrow.layout import Options
from botobind.arrow.parquet import write_parquet

__all__ = ["Options", "batches", "reader", "schema", "values", "write_parquet"]
