/**
 * Functions as the gateway's clients see them: registration, removal, status, statistics and code.
 */
@NullMarked
package fob.gateway.function;

import org.jspecify.annotations.NullMarked;
