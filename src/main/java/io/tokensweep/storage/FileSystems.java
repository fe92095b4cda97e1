package io.tokensweep.storage;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Hadoop's file systems, configured as Spark's are: by its files and {@code spark.hadoop.*}. */
final class FileSystems {
  /** By scheme and authority. Making a configuration for each image would take longer than it. */
  private static final Map<String, FileSystem> OPEN = new ConcurrentHashMap<>();

  private FileSystems() {}

  /**
   * @throws InvalidInputException if the class path has no classes for the scheme, saying what to
   *     add
   */
  static FileSystem of(SharedLocation location, Path path) throws IOException {
    String key = location.scheme() + "://" + path.toUri().getAuthority();
    FileSystem open = OPEN.get(key);
    if (open == null) {
      open = connect(location, path);
      OPEN.put(key, open);
    }
    return open;
  }

  private static FileSystem connect(SharedLocation location, Path path) throws IOException {
    try {
      return path.getFileSystem(configuration());
    } catch (UnsupportedFileSystemException | NoClassDefFoundError e) {
      throw noClasses(location, e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw noClasses(location, e);
      }
      throw new StorageException("%s: cannot be reached: %s".formatted(location, firstLine(e)), e);
    }
  }

  private static Configuration configuration() {
    SparkEnv running = SparkEnv.get();
    SparkConf conf = running == null ? new SparkConf() : running.conf();
    return SparkHadoopUtil.get().newConfiguration(conf);
  }

  private static InvalidInputException noClasses(SharedLocation location, Throwable cause) {
    String jar =
        location.scheme().equals("s3a")
            ? "add --packages org.apache.hadoop:hadoop-aws:%s, or its jars with --jars"
                .formatted(VersionInfo.getVersion())
            : "add the jar of a Hadoop file system for it with --packages or --jars";
    return new InvalidInputException(
        "%s: the class path has no classes for %s; %s".formatted(location, location.scheme(), jar),
        cause);
  }

  static String firstLine(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.strip().lines().findFirst().orElse("");
  }
}
