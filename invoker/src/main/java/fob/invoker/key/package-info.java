/**
 * Idempotency keys: which call each of them stands for, as far as it belongs to the partitions that
 * this invoker owns.
 */
@NullMarked
package fob.invoker.key;

import org.jspecify.annotations.NullMarked;
