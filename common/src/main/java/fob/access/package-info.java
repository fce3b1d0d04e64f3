/** Keys of the HTTP API: their text, what they allow, and how they are kept. */
@NullMarked
package fob.access;

import org.jspecify.annotations.NullMarked;
