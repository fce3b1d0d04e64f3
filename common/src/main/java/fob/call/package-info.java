/**
 * Calls and their replies as immutable values. This package does not know HTTP or Kafka; {@link
 * fob.bus.wire.CallWire} reads and writes the records.
 */
@NullMarked
package fob.call;

import org.jspecify.annotations.NullMarked;
