package io.tokensweep.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Makes up what is in a picture: every choice is random, but for the class of the object. */
final class SceneComposer {
  /** How often the texture is chosen by the class; else any texture, that one included. */
  private static final double FAMILY_FOLLOWS_CLASS = 0.5;

  /** How often the hue of the object's body is chosen by the class. */
  private static final double HUE_FOLLOWS_CLASS = 0.8;

  private static final double HUE_DEVIATION = 0.04;

  private static final double OCCLUDED = 0.25;

  /** Least {@link Rgb#distance} of the object's main colour to both colours of the backdrop. */
  private static final double CONTRAST_TO_BACKDROP = 0.27;

  private static final double CONTRAST_OF_INKS = 0.22;

  private static final double DEGREES = StrictMath.PI / 180;

  private SceneComposer() {}

  static Scene compose(ShapeClass shape, SceneRandom random) {
    Backdrop backdrop = backdrop(shape, random);
    List<Figure> clutter = clutter(shape, random);
    Figure object = object(shape, backdrop, random);
    return new Scene(
        shape,
        backdrop,
        clutter,
        object,
        random.chance(OCCLUDED) ? List.of(occluder(object.pose(), random)) : List.of(),
        random.between(0.75, 1.15),
        random.between(-0.1, 0.1),
        random.between(0.01, 0.05),
        random.next());
  }

  private static Backdrop backdrop(ShapeClass shape, SceneRandom random) {
    Texture[] families = Texture.values();
    Texture family =
        random.chance(FAMILY_FOLLOWS_CLASS)
            ? shape.family()
            : families[random.below(families.length)];
    Rgb first = Rgb.ofHsv(random.unit(), random.between(0, 0.35), random.between(0.2, 0.95));
    Rgb second = Rgb.ofHsv(random.unit(), random.between(0, 0.35), random.between(0.2, 0.95));
    for (int attempt = 0; !isSoftContrast(first.distance(second)) && attempt < 50; attempt++) {
      second = Rgb.ofHsv(random.unit(), random.between(0, 0.35), random.between(0.2, 0.95));
    }
    double cells = random.between(4, 8);
    double turn = random.between(0, 360) * DEGREES;
    Pose pose =
        Pose.of(random.between(-4, 0), random.between(-4, 0), cells, turn, 0, random.chance(0.5));
    return new Backdrop(family, pose, first, second, random.next());
  }

  private static boolean isSoftContrast(double distance) {
    return distance > 0.12 && distance < 0.3;
  }

  private static Figure object(ShapeClass shape, Backdrop backdrop, SceneRandom random) {
    double half = random.between(0.58, 0.88) / 2;
    double room = 0.7 * Math.max(0.02, 0.5 - 0.95 * half);
    Pose pose =
        Pose.of(
            0.5 + random.between(-room, room),
            0.5 + random.between(-room, room),
            half,
            random.between(-14, 14) * DEGREES,
            random.between(-0.12, 0.12),
            random.chance(0.5));
    Supplier<Rgb> anyInk = () -> ink(random);
    Supplier<Rgb> bodyInk =
        random.chance(HUE_FOLLOWS_CLASS) ? () -> typicalInk(shape, random) : anyInk;
    List<Rgb> behind = List.of(backdrop.first(), backdrop.second());
    Rgb body = inkApartFrom(behind, CONTRAST_TO_BACKDROP, bodyInk);
    Rgb trim =
        inkApartFrom(List.of(backdrop.first(), backdrop.second(), body), CONTRAST_OF_INKS, anyInk);
    Rgb accent = inkApartFrom(List.of(body, trim), CONTRAST_OF_INKS, anyInk);
    return figure(shape.draw(random), pose, new Palette(body, trim, accent), random);
  }

  /** A random colour that is far enough from the others, or the farthest of many candidates. */
  private static Rgb inkApartFrom(List<Rgb> others, double enough, Supplier<Rgb> inks) {
    Rgb best = inks.get();
    double apart = apart(best, others);
    for (int attempt = 0; apart < enough && attempt < 30; attempt++) {
      Rgb candidate = inks.get();
      double distance = apart(candidate, others);
      if (distance > apart) {
        best = candidate;
        apart = distance;
      }
    }
    return best;
  }

  private static double apart(Rgb colour, List<Rgb> others) {
    double nearest = Double.MAX_VALUE;
    for (Rgb other : others) {
      nearest = Math.min(nearest, colour.distance(other));
    }
    return nearest;
  }

  private static Rgb typicalInk(ShapeClass shape, SceneRandom random) {
    double hue = shape.hue() + random.between(-HUE_DEVIATION, HUE_DEVIATION);
    return Rgb.ofHsv((hue + 1) % 1, random.between(0.6, 1), random.between(0.45, 1));
  }

  private static Rgb ink(SceneRandom random) {
    return Rgb.ofHsv(random.unit(), random.between(0.1, 1), random.between(0.1, 1));
  }

  private static Figure figure(List<Part> parts, Pose pose, Palette palette, SceneRandom random) {
    return new Figure(parts, pose, palette, random.between(-0.2, 0.2), random.between(-0.2, 0.2));
  }

  private static List<Figure> clutter(ShapeClass shape, SceneRandom random) {
    List<Figure> figures = new ArrayList<>();
    int blobs = random.count(1, 4);
    for (int i = 0; i < blobs; i++) {
      Outline outline =
          random.chance(0.5)
              ? Outline.ellipse(0, 0, 1, random.between(0.4, 1))
              : Outline.box(-1, -random.between(0.3, 1), 1, random.between(0.3, 1));
      figures.add(scattered(List.of(Part.body(outline)), random.between(0.02, 0.06), random));
    }
    int fragments = random.count(0, 2);
    for (int i = 0; i < fragments; i++) {
      figures.add(scattered(fragment(shape, random), random.between(0.08, 0.16), random));
    }
    return List.copyOf(figures);
  }

  /** One or two parts that lie on one another in the drawing of another class. */
  private static List<Part> fragment(ShapeClass shape, SceneRandom random) {
    ShapeClass[] classes = ShapeClass.values();
    int other = (shape.label() + random.count(1, classes.length - 1)) % classes.length;
    List<Part> whole = classes[other].draw(random);
    int from = random.below(whole.size());
    return whole.subList(from, Math.min(whole.size(), from + random.count(1, 2)));
  }

  private static Figure scattered(List<Part> parts, double half, SceneRandom random) {
    Pose pose =
        Pose.of(
            random.unit(),
            random.unit(),
            half,
            random.between(0, 360) * DEGREES,
            random.between(-0.3, 0.3),
            random.chance(0.5));
    return figure(parts, pose, new Palette(ink(random), ink(random), ink(random)), random);
  }

  /** A bar across the object or a disc on it, in the object's own place and size. */
  private static Figure occluder(Pose object, SceneRandom random) {
    double half = Math.sqrt(Math.abs(object.determinant()));
    Outline outline =
        random.chance(0.5)
            ? Outline.disc(0, 0, random.between(0.2, 0.4))
            : Outline.box(-2, 0, 2, random.between(0.12, 0.26));
    Pose pose =
        Pose.of(
            object.x0() + half * random.between(-0.6, 0.6),
            object.y0() + half * random.between(-0.6, 0.6),
            half,
            random.between(0, 360) * DEGREES,
            0,
            false);
    Rgb colour = ink(random);
    return figure(List.of(Part.body(outline)), pose, new Palette(colour, colour, colour), random);
  }
}
