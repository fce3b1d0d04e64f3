/** Finds the results of calls by their request ids. */
@NullMarked
package fob.gateway.result;

import org.jspecify.annotations.NullMarked;
