/** The console: a page to see, write and call functions. */
@NullMarked
package fob.gateway.console;

import org.jspecify.annotations.NullMarked;
