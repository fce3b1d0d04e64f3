/**
 * Calls to instances to replies. The path of a call: {@link fob.bus.ConsumerLoop}, {@link
 * fob.invoker.CallRunner}, {@link fob.invoker.Lanes}, {@link fob.invoker.InstanceClient}, {@link
 * fob.invoker.ReplyPublisher}.
 */
@NullMarked
package fob.invoker;

import org.jspecify.annotations.NullMarked;
