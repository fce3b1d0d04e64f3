/** Tests of the driver as a process. */
@NullMarked
package fob.driver;

import org.jspecify.annotations.NullMarked;
