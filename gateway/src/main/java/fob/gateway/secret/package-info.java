/** Secrets of functions, as clients write them and instances fetch them. */
@NullMarked
package fob.gateway.secret;

import org.jspecify.annotations.NullMarked;
