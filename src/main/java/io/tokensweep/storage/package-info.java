/**
 * Files wherever they lie: in the local file system, or on storage that all hosts of a cluster
 * share, which Hadoop reads and of which each host keeps copies.
 */
package io.tokensweep.storage;
