package fob.function;

/** What an invoker reports to the deployer about a function. */
public sealed interface Report permits InstanceReport, UseReport {

  /** Returns the function that the report is about. */
  FunctionId function();
}
