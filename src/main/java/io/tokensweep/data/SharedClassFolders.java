package io.tokensweep.data;

import io.tokensweep.storage.SharedLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Class folders on shared storage, listed at once.
 *
 * @param images of each class folder, none hidden
 */
record SharedClassFolders(Map<String, List<String>> images) implements ClassFolders {
  static SharedClassFolders of(SharedLocation folder) {
    Map<String, List<String>> images = new TreeMap<>(ImageFiles::compareCodePoints);
    for (String file : folder.filesBelow()) {
      String[] names = file.split("/");
      if (names.length < 2 || Arrays.stream(names).anyMatch(ClassFolders::isHidden)) {
        continue;
      }
      List<String> ofClass = images.computeIfAbsent(names[0], absent -> new ArrayList<>());
      if (ClassFolders.isImage(names[names.length - 1])) {
        ofClass.add(file);
      }
    }
    if (images.isEmpty()) {
      throw ClassFolders.none(folder);
    }
    return new SharedClassFolders(images);
  }

  @Override
  public List<String> names() {
    return List.copyOf(images.keySet());
  }

  @Override
  public List<String> imagesBelow(String name) {
    return List.copyOf(images.get(name));
  }
}
