package io.tokensweep.data;

import static io.tokensweep.data.Outline.box;
import static io.tokensweep.data.Outline.disc;
import static io.tokensweep.data.Outline.ellipse;
import static io.tokensweep.data.Outline.line;
import static io.tokensweep.data.Outline.polygon;
import static io.tokensweep.data.Outline.ring;
import static io.tokensweep.data.Part.accent;
import static io.tokensweep.data.Part.body;
import static io.tokensweep.data.Part.trim;

import java.util.ArrayList;
import java.util.List;

/** The drawn objects, in the order of their labels. */
enum ShapeClass {
  HOUSE(0, Texture.STRIPES, 0.0) {
    @Override
    List<Part> draw(SceneRandom random) {
      double eaves = random.between(-0.25, 0.05);
      double half = random.between(0.62, 0.8);
      double ridge = random.between(-0.25, 0.25);
      double chimney = random.between(0.3, 0.45);
      double door = random.between(-0.45, 0.05);
      List<Part> parts = new ArrayList<>();
      parts.add(body(box(chimney, -0.9, chimney + 0.24, -0.1)));
      parts.add(body(box(-half, eaves - 0.05, half, 0.95)));
      parts.add(trim(polygon(-half - 0.2, eaves, ridge, -0.98, half + 0.2, eaves)));
      parts.add(trim(box(door, 0.35, door + 0.32, 0.95)));
      parts.add(accent(box(half - 0.5, 0.2, half - 0.15, 0.52)));
      if (random.chance(0.5)) {
        parts.add(accent(box(-half + 0.1, 0.12, -half + 0.32, 0.36)));
      }
      return parts;
    }
  },
  TREE(1, Texture.NOISE, 0.3) {
    @Override
    List<Part> draw(SceneRandom random) {
      int tiers = random.count(2, 4);
      double base = random.between(0.6, 0.82);
      List<Part> parts = new ArrayList<>();
      parts.add(trim(box(-0.15, 0.4, 0.15, 1)));
      for (int tier = tiers - 1; tier >= 0; tier--) {
        double width = base * (0.5 + 0.5 * (tier + 1) / tiers);
        double top = -1 + 1.4 * tier / tiers;
        double bottom = -1 + 1.55 * (tier + 1) / tiers + 0.05;
        parts.add(body(polygon(-width, bottom, 0, top, width, bottom)));
      }
      int fruits = random.count(1, 4);
      for (int i = 0; i < fruits; i++) {
        double y = random.between(-0.35, 0.4);
        parts.add(accent(disc(random.between(-0.3, 0.3) * (y + 1), y, 0.1)));
      }
      return parts;
    }
  },
  CAR(2, Texture.CHECKS, 0.6) {
    @Override
    List<Part> draw(SceneRandom random) {
      double roof = random.between(-0.62, -0.45);
      double front = random.between(0.3, 0.5);
      double rear = random.between(-0.75, -0.55);
      double wheel = random.between(0.22, 0.28);
      double pillar = (front + rear) / 2;
      return List.of(
          body(polygon(rear - 0.2, 0, rear, roof, front, roof, front + 0.3, 0)),
          accent(
              polygon(
                  rear - 0.06,
                  -0.02,
                  rear + 0.07,
                  roof + 0.11,
                  pillar - 0.04,
                  roof + 0.11,
                  pillar - 0.04,
                  -0.02)),
          accent(
              polygon(
                  pillar + 0.05,
                  -0.02,
                  pillar + 0.05,
                  roof + 0.11,
                  front - 0.05,
                  roof + 0.11,
                  front + 0.16,
                  -0.02)),
          body(polygon(-1, -0.03, 0.75, -0.03, 1, 0.12, 1, 0.45, -1, 0.45)),
          trim(disc(-0.52, 0.45, wheel)),
          trim(disc(0.55, 0.45, wheel)),
          accent(disc(-0.52, 0.45, wheel * 0.42)),
          accent(disc(0.55, 0.45, wheel * 0.42)));
    }
  },
  BOAT(3, Texture.GRADIENT, 0.5) {
    @Override
    List<Part> draw(SceneRandom random) {
      double deck = random.between(0.4, 0.52);
      double mast = random.between(-0.15, 0.1);
      double sail = random.between(0.6, 0.8);
      double jib = random.between(0.45, 0.65);
      return List.of(
          trim(line(mast, -0.95, mast, deck, 0.1)),
          accent(polygon(mast + 0.08, -0.9, mast + 0.08, deck - 0.12, mast + sail, deck - 0.12)),
          body(polygon(mast - 0.08, -0.65, mast - 0.08, deck - 0.12, mast - jib, deck - 0.12)),
          body(polygon(-0.95, deck, 0.98, deck, 0.6, 0.95, -0.6, 0.95)),
          trim(polygon(-0.95, deck, 0.98, deck, 0.9, deck + 0.12, -0.86, deck + 0.12)));
    }
  },
  FISH(4, Texture.DOTS, 0.1) {
    @Override
    List<Part> draw(SceneRandom random) {
      double height = random.between(0.38, 0.52);
      double tail = random.between(0.38, 0.55);
      Outline trunk = ellipse(-0.22, 0, 0.75, height);
      List<Part> parts = new ArrayList<>();
      parts.add(trim(polygon(0.32, 0, 1, -tail, 0.8, 0, 1, tail)));
      parts.add(trim(polygon(-0.4, -height + 0.08, 0.15, -height - 0.3, 0.25, -height + 0.2)));
      parts.add(body(trunk));
      double band = random.between(-0.25, 0);
      parts.add(trim(box(band, -1, band + 0.14, 1).within(trunk)));
      if (random.chance(0.5)) {
        parts.add(trim(box(band + 0.28, -1, band + 0.4, 1).within(trunk)));
      }
      parts.add(accent(disc(-0.62, -0.1, 0.11)));
      return parts;
    }
  },
  FLOWER(5, Texture.WAVES, 0.9) {
    @Override
    List<Part> draw(SceneRandom random) {
      int petals = random.count(5, 7);
      double turn = random.unit();
      double y = -0.38;
      List<Part> parts = new ArrayList<>();
      parts.add(trim(line(0, y, random.between(-0.08, 0.08), 0.95, 0.12)));
      parts.add(trim(polygon(0, 0.75, 0.2, 0.4, 0.6, 0.3, 0.4, 0.62)));
      if (random.chance(0.5)) {
        parts.add(trim(polygon(0, 0.85, -0.2, 0.5, -0.6, 0.4, -0.4, 0.72)));
      }
      double radius = 1.28 / petals;
      for (int i = 0; i < petals; i++) {
        double angle = 2 * StrictMath.PI * (i + turn) / petals;
        parts.add(body(disc(0.4 * StrictMath.cos(angle), y + 0.4 * StrictMath.sin(angle), radius)));
      }
      parts.add(accent(disc(0, y, random.between(0.19, 0.25))));
      return parts;
    }
  },
  KEY(6, Texture.RINGS, 0.2) {
    @Override
    List<Part> draw(SceneRandom random) {
      double bow = random.between(0.28, 0.36);
      double pen = random.between(0.2, 0.26);
      double shaft = random.between(0.17, 0.22);
      int teeth = random.count(2, 3);
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < teeth; i++) {
        double right = 0.95 - 0.25 * i;
        parts.add(body(box(right - 0.14, 0, right, random.between(0.3, 0.46))));
      }
      parts.add(body(box(-0.3, -shaft / 2, 1, shaft / 2)));
      parts.add(body(ring(-0.56, 0, bow, pen)));
      parts.add(trim(box(-0.2, -0.19, -0.08, 0.19)));
      return parts;
    }
  },
  MUG(7, Texture.CROSSHATCH, 0.7) {
    @Override
    List<Part> draw(SceneRandom random) {
      double left = random.between(-0.8, -0.7);
      double taper = random.between(0, 0.14);
      double top = random.between(-0.75, -0.55);
      double middle = (left + 0.4) / 2;
      double band = random.between(-0.1, 0.3);
      Outline cup = polygon(left, top, 0.4, top, 0.4 - taper, 0.85, left + taper, 0.85);
      List<Part> parts = new ArrayList<>();
      parts.add(body(ring(0.4, 0.08, random.between(0.34, 0.42), 0.2)));
      parts.add(body(cup));
      parts.add(trim(box(-1, band, 1, band + random.between(0.15, 0.3)).within(cup)));
      parts.add(body(ellipse(middle, top, (0.4 - left) / 2, 0.19)));
      parts.add(accent(ellipse(middle, top, (0.4 - left) / 2 - 0.1, 0.11)));
      return parts;
    }
  },
  UMBRELLA(8, Texture.SPECKLE, 0.8) {
    @Override
    List<Part> draw(SceneRandom random) {
      double rim = random.between(-0.02, 0.12);
      Outline canopy =
          ellipse(0, rim, 0.98, rim + random.between(0.75, 0.85))
              .above(rim)
              .without(ellipse(-0.66, rim, 0.31, 0.16))
              .without(ellipse(0, rim, 0.31, 0.16))
              .without(ellipse(0.66, rim, 0.31, 0.16));
      return List.of(
          accent(line(0, -0.95, 0, 0.7, 0.11)),
          accent(ring(0.18, 0.7, 0.18, 0.12).below(0.7)),
          body(canopy),
          trim(ellipse(0, rim, 0.34, rim + 0.8).within(canopy)));
    }
  },
  ROCKET(9, Texture.BRICKS, 0.4) {
    @Override
    List<Part> draw(SceneRandom random) {
      double half = random.between(0.27, 0.36);
      double fin = random.between(0.55, 0.7);
      Outline hull = ellipse(0, -0.15, half, 0.85).above(0.5);
      return List.of(
          accent(polygon(-0.2, 0.45, 0.2, 0.45, 0.1, 0.75, 0, random.between(0.85, 1), -0.1, 0.75)),
          trim(polygon(-half + 0.06, 0, -fin, 0.5, -fin, 0.78, -half + 0.12, 0.5)),
          trim(polygon(half - 0.06, 0, fin, 0.5, fin, 0.78, half - 0.12, 0.5)),
          body(hull),
          trim(hull.above(random.between(-0.62, -0.5))),
          accent(disc(0, random.between(-0.28, -0.15), 0.15)));
    }
  };

  private final int label;
  private final Texture family;
  private final double hue;

  ShapeClass(int label, Texture family, double hue) {
    this.label = label;
    this.family = family;
    this.hue = hue;
  }

  int label() {
    return label;
  }

  /** The texture that often stands behind this object. */
  Texture family() {
    return family;
  }

  /** The hue that the body of this object often has, in [0, 1); classes differ by a tenth. */
  double hue() {
    return hue;
  }

  /** The parts from back to front, within about {@code [-1, 1]} in both directions. */
  abstract List<Part> draw(SceneRandom random);
}
