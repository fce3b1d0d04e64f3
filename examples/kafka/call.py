#!/usr/bin/python3
"""Calls a function over Kafka alone: produces to fob.async and waits for the reply on fob.response.

Needs confluent-kafka (apt-get install python3-confluent-kafka, which is for /usr/bin/python3). The request id is optional;
it must be new for each call, and is random by default.

    /usr/bin/python3 call.py localhost:9092 add '{"param1": 1, "param2": 1}' [request id]
"""

import sys
import time
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition


def at_its_end(consumer, topic):
    """Returns the topic's partitions with their end offsets, so that only new records are read."""
    for partition in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
        here = TopicPartition(topic, partition)
        here.offset = consumer.get_watermark_offsets(here, timeout=10)[1]
        yield here


def call(servers, function, parameters, request_id, wait=60):
    # The client requires a group id, although assign() reads without joining a group.
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "none", "enable.auto.commit": False})
    producer = Producer({"bootstrap.servers": servers})
    try:
        consumer.assign(list(at_its_end(consumer, "fob.response")))
        producer.produce("fob.async", key=function, value=parameters, headers={"fob-request-id": request_id})
        if producer.flush(10):
            raise TimeoutError("the call could not be written")
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            message = consumer.poll(1)
            # The topic has the replies to all calls; the key of a reply is its request id.
            if message and not message.error() and message.key() == request_id.encode():
                return message.value().decode()
        raise TimeoutError(f"no reply within {wait} s; /api/result/{request_id} tells when there is one")
    finally:
        consumer.close()


if __name__ == "__main__":
    print(call(*sys.argv[1:4], sys.argv[4] if len(sys.argv) > 4 else str(uuid.uuid4())))
