package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SchemaVersionTest {
  @Test
  void resultsOfTheSameMajorVersionAreReadable() {
    assertTrue(SchemaVersion.isReadable(SchemaVersion.CURRENT));
    assertTrue(SchemaVersion.isReadable("1.7"));
    assertFalse(SchemaVersion.isReadable("2.0"));
    assertFalse(SchemaVersion.isReadable("10.0"));
    assertFalse(SchemaVersion.isReadable(""));
  }
}
