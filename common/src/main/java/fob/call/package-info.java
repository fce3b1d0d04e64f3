/**
 * A call and its reply, as values. Nothing here knows HTTP or Kafka; {@link fob.bus.Wire} writes
 * them to the bus.
 */
@NullMarked
package fob.call;

import org.jspecify.annotations.NullMarked;
