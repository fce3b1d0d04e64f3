@NullMarked
package fob.deployer.docker;

import org.jspecify.annotations.NullMarked;
