/**
 * Dead letters, the asynchronous calls that were given up: listing, repeating and removing them.
 */
@NullMarked
package fob.gateway.dead;

import org.jspecify.annotations.NullMarked;
