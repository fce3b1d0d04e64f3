@NullMarked
package fob.deployer.process;

import org.jspecify.annotations.NullMarked;
