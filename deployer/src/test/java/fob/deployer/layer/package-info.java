@NullMarked
package fob.deployer.layer;

import org.jspecify.annotations.NullMarked;
