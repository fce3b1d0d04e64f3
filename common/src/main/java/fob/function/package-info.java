/**
 * What a function is: its id, its name, its settings, and the state that the deployer reports for
 * it. Values only: nothing here does I/O.
 */
@NullMarked
package fob.function;

import org.jspecify.annotations.NullMarked;
