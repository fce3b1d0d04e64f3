/**
 * HTTP in, HTTP out; knows nothing of platforms. The path of a call: {@link fob.gateway.Routes},
 * {@link fob.gateway.CallHandler}, {@link fob.gateway.CallPublisher}, the bus, {@link
 * fob.gateway.ReplyListener}, {@link fob.gateway.PendingCalls}, {@link fob.gateway.HttpAnswers}.
 */
@NullMarked
package fob.gateway;

import org.jspecify.annotations.NullMarked;
