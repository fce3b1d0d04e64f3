/**
 * The invoker: takes calls from Kafka to instances, and replies back to Kafka.
 *
 * <p>The path of a call: {@link fob.bus.loop.ConsumerLoop} reads the record, {@link
 * fob.invoker.CallRunner} decodes the call and makes one {@link fob.invoker.CallAttempt}, {@link
 * fob.invoker.Lane} waits for a free instance, and {@link fob.invoker.InstanceClient} runs the call
 * there. What happens to the reply depends on the kind of the call: {@link
 * fob.invoker.SyncSemantics} publishes it by {@link fob.invoker.ReplyPublisher}, {@link
 * fob.invoker.AsyncSemantics} asks {@link fob.invoker.RetryRules} first.
 */
@NullMarked
package fob.invoker;

import org.jspecify.annotations.NullMarked;
