/**
 * Functions as immutable values: id, name, settings, and the status that the deployer reports. This
 * package does no I/O.
 */
@NullMarked
package fob.function;

import org.jspecify.annotations.NullMarked;
