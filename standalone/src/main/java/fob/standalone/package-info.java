/**
 * The whole of fob in one JVM with an embedded broker, and its command line. Start reading at
 * {@link fob.standalone.Fob}.
 */
@NullMarked
package fob.standalone;

import org.jspecify.annotations.NullMarked;
