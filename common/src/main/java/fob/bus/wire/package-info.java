/**
 * What is on Kafka: fob's topics, and the format of their records. Each {@code …Wire} class
 * converts one kind of value to records and back, and is the only place that knows its format.
 * Golden files in the tests hold the formats, which are a public contract.
 */
@NullMarked
package fob.bus.wire;

import org.jspecify.annotations.NullMarked;
