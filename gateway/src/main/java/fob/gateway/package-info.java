/**
 * The gateway serves fob's HTTP API. It knows nothing of platforms. {@link fob.gateway.Routes}
 * lists the API; {@link fob.gateway.Gateway} puts the parts together. The path of a call: {@code
 * Routes}, {@link fob.gateway.call.CallHandler}, {@link fob.gateway.call.CallPublisher}, Kafka,
 * {@link fob.gateway.reply.ReplyListener}, {@link fob.gateway.reply.PendingCalls}, {@link
 * fob.gateway.http.HttpReplies}.
 *
 * <p>Dependencies between the sub-packages have one direction: {@code dead}, {@code call}, {@code
 * result}, {@code reply}, {@code function}, {@code publish}, {@code http}; each uses only later
 * ones.
 */
@NullMarked
package fob.gateway;

import org.jspecify.annotations.NullMarked;
