/**
 * The connection to Kafka: clients, their settings, the topics' set-up, and health. Services make
 * Kafka clients with {@link fob.bus.Bus} alone. The formats are in {@code fob.bus.wire}, the
 * readers in {@code fob.bus.loop} and {@code fob.bus.table}.
 */
@NullMarked
package fob.bus;

import org.jspecify.annotations.NullMarked;
