package io.tokensweep.report;

import io.tokensweep.store.TrialRow.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How numbers are printed. What is not a number is a dash. */
final class Format {
  private static final Pattern NEGATIVE_ZERO = Pattern.compile("-0(\\.0+)?");
  static final String NOTHING = "–";

  private Format() {}

  static String decimals(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return NOTHING;
    }
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    return NEGATIVE_ZERO.matcher(text).matches() ? text.substring(1) : text;
  }

  /** Three significant digits, without an exponent: 0.0123, 1.25, 138, 42,400. */
  static String significant(double value) {
    if (!Double.isFinite(value)) {
      return NOTHING;
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(3, RoundingMode.HALF_UP));
    int digits = rounded.precision() - rounded.scale();
    return decimals(rounded.doubleValue(), Math.max(0, 3 - digits));
  }

  static String percent(double value) {
    return Double.isFinite(value) ? decimals(value, 1) + " %" : NOTHING;
  }

  /** The bounds of an interval. */
  static String bounds(Interval interval) {
    return decimals(interval.low(), 1) + "–" + decimals(interval.high(), 1);
  }

  static String rates(Interval interval) {
    return rate(interval.low()) + "–" + rate(interval.high());
  }

  /** The bounds of a ratio. */
  static String ratios(Interval interval) {
    return decimals(interval.low(), 2) + "–" + decimals(interval.high(), 2);
  }

  /** The bounds of a change in percentage points. */
  static String changes(Interval interval) {
    return points(interval.low()) + " to " + points(interval.high());
  }

  /** A probability in percent that was estimated from replicates: never quite sure. */
  static String chance(double probability) {
    return probability > 0.999
        ? ">99.9"
        : probability < 0.001 ? "<0.1" : decimals(100 * probability, 1);
  }

  static String mebibytes(long bytes) {
    return significant(bytes / 1048576.0);
  }

  /** Images per second. */
  static String rate(double value) {
    return value >= 1000 ? decimals(value, 0) : significant(value);
  }

  /** MACs of one image: 650 M, 1.25 G. */
  static String macs(long macs) {
    return macs < 999_500_000 ? significant(macs / 1e6) + " M" : significant(macs / 1e9) + " G";
  }

  static String giga(long macs) {
    return significant(macs / 1e9);
  }

  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A change in percentage points, always with its sign. */
  static String points(double change) {
    String size = decimals(Math.abs(change), 1);
    return (size.equals("0.0") ? "±" : change < 0 ? "−" : "+") + size;
  }

  /** At most four decimals. */
  static String keepRate(OptionalDouble keepRate) {
    return keepRate.isPresent() ? number(Math.rint(keepRate.getAsDouble() * 1e4) / 1e4) : NOTHING;
  }

  /** As written by hand: 0.7, 1, 0.00007. */
  static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : NOTHING;
  }

  /** Tokens that leave the blocks, one number for each change: 197 → 139 → 98 → 70. */
  static String tokens(List<Double> perBlock) {
    List<String> changes = new ArrayList<>();
    for (double tokens : perBlock) {
      String text = tokens == Math.rint(tokens) ? number(tokens) : decimals(tokens, 1);
      if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(text)) {
        changes.add(text);
      }
    }
    return changes.isEmpty() ? NOTHING : String.join(" → ", changes);
  }

  static String blocks(List<Integer> sites) {
    return sites.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
