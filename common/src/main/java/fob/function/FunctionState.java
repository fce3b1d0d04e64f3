package fob.function;

/** A function and how it is: one row of {@code fob.functions}. */
public record FunctionState(FunctionSpec spec, FunctionStatus status) {}
