/**
 * Checks a history of calls and the contents of the bus after it against what fob promises. All of
 * it works on values: nothing here knows Kafka, HTTP or processes.
 */
@NullMarked
package fob.chaos.check;

import org.jspecify.annotations.NullMarked;
