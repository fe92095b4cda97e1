package io.tokensweep.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Which task held which device when, where {@link Settings#DEVICE_JOURNAL} names a folder: one file
 * for each process, one line for each use, with the columns {@link #COLUMNS}.
 */
final class DeviceJournal {
  /** Times are milliseconds since 1970. */
  static final String COLUMNS = "device,stage,unit,executor,cpus,begin,end";

  private DeviceJournal() {}

  /**
   * @param cpus that Spark gave to the task
   * @param begin milliseconds since 1970
   */
  record Entry(
      String device, DeviceUse.Stage stage, String unit, String executor, int cpus, long begin) {}

  /** Notes a use that ends now. */
  static synchronized void write(Entry entry) {
    String folder = Settings.ofThisProcess().get(Settings.DEVICE_JOURNAL, "");
    if (folder.isEmpty()) {
      return;
    }
    Path file = Path.of(folder, "devices-%d.csv".formatted(ProcessHandle.current().pid()));
    String line =
        "%s,%s,%s,%s,%d,%d,%d\n"
            .formatted(
                entry.device,
                entry.stage.name().toLowerCase(Locale.ROOT),
                entry.unit,
                entry.executor,
                entry.cpus,
                entry.begin,
                System.currentTimeMillis());
    try {
      Files.createDirectories(file.getParent());
      String head = Files.exists(file) ? "" : COLUMNS + "\n";
      Files.writeString(file, head + line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
