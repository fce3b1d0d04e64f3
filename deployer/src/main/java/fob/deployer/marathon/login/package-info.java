/**
 * How fob identifies itself to Marathon: no credentials, HTTP Basic, or the login of a DC/OS
 * service account with a JSON Web Token.
 */
@NullMarked
package fob.deployer.marathon.login;

import org.jspecify.annotations.NullMarked;
