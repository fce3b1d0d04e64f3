package fob.traces;

import fob.call.Call;
import fob.call.Reply;
import fob.call.TraceContext;
import org.jspecify.annotations.Nullable;

/** The spans of an attempt at a call in an invoker. Used by one thread at a time. */
public interface AttemptSpan {

  /** No span. */
  AttemptSpan NONE = NoTraces.INSTANCE;

  /** Returns what the reply carries: the given one if no span is made. */
  @Nullable TraceContext trace(@Nullable TraceContext given);

  /** The call has waited for an instance until now. */
  void waited(long nanos);

  /** The call begins in an instance. Returns the call with what the function is to get. */
  Call runs(Call call);

  /**
   * The instance has answered.
   *
   * @param problem why the call did not start; null if it did
   */
  void ran(@Nullable String problem);

  /** The attempt has ended, and what follows from it is written. Runs {@code done} after that. */
  Runnable publishing(Reply reply, Runnable done);

  /** Another invoker has taken the call over. */
  void abandon();

  /** fob itself has failed, so the attempt ends here. */
  void failed(Throwable bug);
}
