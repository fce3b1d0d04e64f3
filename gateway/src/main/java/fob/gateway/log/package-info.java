/** What functions print, from {@code fob.logs}. Start at {@link fob.gateway.log.LogHandler}. */
@NullMarked
package fob.gateway.log;

import org.jspecify.annotations.NullMarked;
