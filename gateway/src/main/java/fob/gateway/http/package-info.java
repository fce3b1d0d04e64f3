/**
 * The HTTP server: its limits, the checks that every request passes, how bodies and parameters are
 * read, and how replies and problems are written. It knows nothing of functions or topics.
 */
@NullMarked
package fob.gateway.http;

import org.jspecify.annotations.NullMarked;
