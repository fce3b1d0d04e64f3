/** A strict JSON reader and writer. */
@NullMarked
package fob.driver.json;

import org.jspecify.annotations.NullMarked;
