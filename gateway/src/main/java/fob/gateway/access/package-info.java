/** Who may do what: keys, and the check that each request of the API passes. */
@NullMarked
package fob.gateway.access;

import org.jspecify.annotations.NullMarked;
