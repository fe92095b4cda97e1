package io.tokensweep.data;

import io.tokensweep.storage.Location;
import java.io.Serializable;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Where the bytes of the images of one row group lie in a Parquet file.
 *
 * @param file absolute
 * @param name of the file in its data set
 * @param schema of the file, with the column of the bytes only
 * @param start of the first page
 * @param size of all pages in the file, in bytes
 * @param unpacked size of all pages, in bytes
 * @param firstRow in the file, from 0
 * @param rows of the row group
 * @param writer that wrote the file, as it says
 */
record ParquetChunk(
    Location file,
    String name,
    String schema,
    long start,
    long size,
    long unpacked,
    long firstRow,
    int rows,
    CompressionCodecName codec,
    String writer)
    implements Serializable {}
