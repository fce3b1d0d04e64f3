/** Live figures of calls, which invokers write to {@code fob.activity}. */
@NullMarked
package fob.gateway.live;

import org.jspecify.annotations.NullMarked;
