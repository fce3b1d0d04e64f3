/** The description of the HTTP API for programs and people. */
@NullMarked
package fob.gateway.docs;

import org.jspecify.annotations.NullMarked;
