/** The certificate of a gateway that speaks TLS. */
@NullMarked
package fob.gateway.tls;

import org.jspecify.annotations.NullMarked;
