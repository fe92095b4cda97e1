package io.tokensweep.data;

import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * A single page of a column, to be decoded by itself.
 *
 * @param dictionary that the page's values may refer to
 */
record OnePage(Optional<DictionaryPage> dictionary, DataPage page, int rows)
    implements PageReadStore, PageReader {
  /** For a column inside a group; values are asked for one by one, so it converts nothing. */
  static final GroupConverter CONVERTER = new Inner(new Inner(new PrimitiveConverter() {}));

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return this;
  }

  @Override
  public long getRowCount() {
    return rows;
  }

  @Override
  public long getTotalValueCount() {
    return rows;
  }

  @Override
  @SuppressWarnings("NullableOptional") // null is how this interface says that there is none
  public DictionaryPage readDictionaryPage() {
    return dictionary.orElse(null);
  }

  @Override
  public DataPage readPage() {
    return page;
  }

  private static final class Inner extends GroupConverter {
    private final Converter only;

    Inner(Converter only) {
      this.only = only;
    }

    @Override
    public Converter getConverter(int field) {
      return only;
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
