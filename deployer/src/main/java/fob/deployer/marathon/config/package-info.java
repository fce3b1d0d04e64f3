/**
 * The settings of the Marathon platform and its timings. Depends on no other Marathon package but
 * {@code login}, whose credentials it reads.
 */
@NullMarked
package fob.deployer.marathon.config;

import org.jspecify.annotations.NullMarked;
