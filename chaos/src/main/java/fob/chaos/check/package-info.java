/**
 * Compares the history of a run with the records on the topics, and checks fob's guarantees. This
 * package works on values and does not know Kafka, HTTP or processes.
 */
@NullMarked
package fob.chaos.check;

import org.jspecify.annotations.NullMarked;
