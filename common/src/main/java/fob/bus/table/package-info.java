/**
 * Reads compacted topics into memory, and single records by their offset. Start at {@link
 * fob.bus.table.CompactedTable}; {@link fob.bus.table.FunctionTable} is all that is known of
 * functions.
 */
@NullMarked
package fob.bus.table;

import org.jspecify.annotations.NullMarked;
