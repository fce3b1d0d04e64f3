package fob.deployer;

import fob.deployer.layer.Dependencies;

/**
 * What the deployer gets for functions, and from them, beside what the platform does.
 *
 * @param schemas asks functions how they describe themselves
 */
record FunctionServices(Secrets secrets, Dependencies dependencies, Schemas.Source schemas) {}
