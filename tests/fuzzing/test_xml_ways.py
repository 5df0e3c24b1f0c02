"""XML is what lxml accepts, and says what lxml says, whichever way a document is read, and whatever was read before.

BOTOBIND_XML_COUNT is the number of documents, BOTOBIND_FUZZ_SEED another seed than usual. A failure's notes have what
`batch` needs to make the documents again, and a small one that is read differently.
"""

from __future__ import annotations

import os

import pytest
from fuzzing import ways
from fuzzing.corpus import Generate

pytestmark = pytest.mark.pinned  # values are drawn, by each version of Hypothesis others

COUNT = int(os.environ.get("BOTOBIND_XML_COUNT", "20000"))
SEED = int(os.environ.get("BOTOBIND_FUZZ_SEED", "20260103"))
SHARDS = 8


@pytest.mark.parametrize("shard", range(SHARDS))
def test_all_ways_are_one(generate_once: Generate, shard: int) -> None:
    readers = ways.readers(generate_once)[shard::SHARDS]
    outcomes = ways.run(readers, SEED, COUNT // SHARDS)
    assert outcomes.total() >= COUNT // SHARDS
    assert len(outcomes) == 4
    assert min(outcomes.values()) > COUNT / SHARDS / 50, outcomes


def test_a_number_gives_the_same_documents_again(generate_once: Generate) -> None:
    reader = ways.readers(generate_once)[0]
    assert ways.batch(reader, 7, 1) == ways.batch(reader, 7, 1)
    assert ways.batch(reader, 7, 1) != ways.batch(reader, 8, 1)
