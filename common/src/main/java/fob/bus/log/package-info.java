/** Writes what functions print to {@code fob.logs}. Start at {@link fob.bus.log.LogPublisher}. */
@NullMarked
package fob.bus.log;

import org.jspecify.annotations.NullMarked;
