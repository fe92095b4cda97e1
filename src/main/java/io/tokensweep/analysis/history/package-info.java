/** Measurements along the commits of a repository: series and where they step. */
package io.tokensweep.analysis.history;
