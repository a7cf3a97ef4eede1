package dev.sluice.demo.load;

import java.util.Arrays;

/**
 * Popularity as in a shop: the k-th most popular is asked for in proportion to 1/k^s. Immutable.
 */
public final class Zipf {
  private final double[] cumulated;

  /**
   * A distribution.
   *
   * @param size how many there are
   * @param exponent s; 0 makes all alike
   */
  public Zipf(int size, double exponent) {
    cumulated = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += 1 / Math.pow(i + 1, exponent);
      cumulated[i] = sum;
    }
    for (int i = 0; i < size; i++) {
      cumulated[i] /= sum;
    }
  }

  /**
   * Picks one.
   *
   * @param uniform a random number from 0 (inclusive) to 1 (exclusive)
   * @return rank of the picked one, 0 for the most popular
   */
  public int rank(double uniform) {
    int found = Arrays.binarySearch(cumulated, uniform);
    return Math.min(cumulated.length - 1, found < 0 ? -found - 1 : found + 1);
  }
}
