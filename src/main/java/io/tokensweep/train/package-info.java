/** Training of a small backbone on the procedural data set. */
package io.tokensweep.train;
