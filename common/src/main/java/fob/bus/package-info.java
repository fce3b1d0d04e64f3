/**
 * Everything that touches Kafka: topics, the wire format, and the loops that read. Services build
 * on {@link fob.bus.Bus} and never construct a Kafka client by themselves.
 */
@NullMarked
package fob.bus;

import org.jspecify.annotations.NullMarked;
