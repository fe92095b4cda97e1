/** What the figures mean: intervals and the accuracy–cost front. */
package io.tokensweep.analysis;
