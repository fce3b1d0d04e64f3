package fob.invoker;

import fob.function.FunctionId;
import java.util.List;

/**
 * What a call printed.
 *
 * @param instance the id of the instance that ran the call
 * @param lines the last ones; none if they were not asked for
 */
record Printed(FunctionId function, String instance, List<String> lines) {}
