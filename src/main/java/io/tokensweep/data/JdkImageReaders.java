package io.tokensweep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Objects;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The readers that come with Java, whatever other ImageIO plug-ins are on the class path. */
final class JdkImageReaders {
  private static final ImageReaderSpi JPEG =
      provider("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi");
  private static final ImageReaderSpi PNG =
      provider("com.sun.imageio.plugins.png.PNGImageReaderSpi");

  private JdkImageReaders() {}

  static ImageReader jpeg() {
    return reader(JPEG);
  }

  static ImageReader png() {
    return reader(PNG);
  }

  /** What a reader's exception says about a file, on one line. */
  static BadImageException damaged(String format, Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String reason =
        Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    return new BadImageException(
        "damaged %s: %s".formatted(format, reason.lines().findFirst().orElse("")), e);
  }

  private static ImageReader reader(ImageReaderSpi provider) {
    try {
      return provider.createReaderInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ImageReaderSpi provider(String className) {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getName().equals(className)) {
        return provider;
      }
    }
    throw new IllegalStateException("this Java runtime has no " + className);
  }
}
