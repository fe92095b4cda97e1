/** Golden cases: recorded outputs of official implementations, and our code run against them. */
package io.tokensweep.eval.conformance;
