/** What the code of a function can import from the driver. */
@NullMarked
package fob;

import org.jspecify.annotations.NullMarked;
