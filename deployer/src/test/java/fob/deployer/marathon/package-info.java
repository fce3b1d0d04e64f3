@NullMarked
package fob.deployer.marathon;

import org.jspecify.annotations.NullMarked;
