/**
 * Dead letters: where those of the partitions are that this invoker owns, and the answers to
 * gateways that ask for them.
 */
@NullMarked
package fob.invoker.dead;

import org.jspecify.annotations.NullMarked;
