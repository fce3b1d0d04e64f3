/**
 * Functions as tools for clients of the Model Context Protocol. Start at {@link
 * fob.gateway.mcp.McpHandler}.
 */
@NullMarked
package fob.gateway.mcp;

import org.jspecify.annotations.NullMarked;
