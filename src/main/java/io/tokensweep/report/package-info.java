/** What people look at: the HTML report and the table on the terminal. */
package io.tokensweep.report;
