package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ranges in names: {@code val-{000..049}.tar} are fifty names. Numbers are padded with zeros to the
 * longer end where an end starts with a zero, as in shells. With several ranges the last one runs
 * fastest.
 */
final class NumberRanges {
  static final int MOST = 1_000_000;

  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");
  private static final String ALLOWED =
      "allowed: {FIRST..LAST}, such as {000..049}, with FIRST at most LAST";

  private NumberRanges() {}

  /**
   * All names that a text stands for; the text itself if it has no braces.
   *
   * @throws InvalidInputException if braces hold anything but a range, or there are more than
   *     {@value #MOST} names
   */
  static List<String> expand(String text) {
    List<String> names = List.of("");
    Matcher braces = BRACES.matcher(text);
    int end = 0;
    while (braces.find()) {
      String before = text.substring(end, braces.start());
      List<String> numbers = numbers(text, braces.group(1));
      if ((long) names.size() * numbers.size() > MOST) {
        throw tooMany(text);
      }
      List<String> longer = new ArrayList<>();
      for (String name : names) {
        numbers.forEach(number -> longer.add(name + before + number));
      }
      names = longer;
      end = braces.end();
    }
    String rest = text.substring(end);
    return names.stream().map(name -> name + rest).toList();
  }

  private static List<String> numbers(String text, String inside) {
    Matcher range = RANGE.matcher(inside);
    if (!range.matches()) {
      throw new InvalidInputException("%s: found {%s}, %s".formatted(text, inside, ALLOWED));
    }
    int first = Integer.parseInt(range.group(1));
    int last = Integer.parseInt(range.group(2));
    if (first > last) {
      throw new InvalidInputException("%s: found {%s}, %s".formatted(text, inside, ALLOWED));
    }
    if (last - first >= MOST) {
      throw tooMany(text);
    }
    int width =
        isPadded(range.group(1)) || isPadded(range.group(2))
            ? Math.max(range.group(1).length(), range.group(2).length())
            : 1;
    List<String> numbers = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      numbers.add(("%0" + width + "d").formatted(number));
    }
    return numbers;
  }

  private static boolean isPadded(String number) {
    return number.length() > 1 && number.startsWith("0");
  }

  private static InvalidInputException tooMany(String text) {
    return new InvalidInputException(
        "%s: stands for too many files, allowed are %d".formatted(text, MOST));
  }
}
