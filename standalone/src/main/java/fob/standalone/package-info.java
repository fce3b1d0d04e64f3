/**
 * All of fob in one JVM, with an embedded broker; and the command line. Start at {@link
 * fob.standalone.Fob}.
 */
@NullMarked
package fob.standalone;

import org.jspecify.annotations.NullMarked;
