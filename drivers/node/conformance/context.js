import { setTimeout } from "node:timers/promises";

export async function callme({ seconds }) {
  await setTimeout(seconds * 1000);
  const { requestId, deadline, traceparent, tracestate } = fob.call();
  return {
    request_id: requestId ?? null, deadline: deadline ?? null, traceparent: traceparent ?? null,
    tracestate: tracestate ?? null,
  };
}
