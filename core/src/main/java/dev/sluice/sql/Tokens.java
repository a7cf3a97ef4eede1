package dev.sluice.sql;

import java.util.Arrays;
import java.util.Locale;

/** The tokens of one text. Reading beyond the end gives {@link Token#END}. Confined to one scan. */
final class Tokens {
  final String sql;
  private int[] kinds;
  private int[] starts;
  private int[] ends;
  private int count;

  /** Whether a comment that servers execute was met. */
  boolean executableComment;

  /** Whether it depends on the server whether such a comment is executed. */
  boolean conditional;

  /** Whether several such comments depend on different conditions. */
  boolean mixedConditions;

  /** The condition of the first of them. */
  int condition;

  boolean primaryHint;
  boolean replicaHint;

  Tokens(String sql) {
    this.sql = sql;
    int capacity = Math.min(sql.length(), 4096) / 4 + 16;
    kinds = new int[capacity];
    starts = new int[capacity];
    ends = new int[capacity];
  }

  void add(int kind, int start, int end) {
    if (count == kinds.length) {
      kinds = Arrays.copyOf(kinds, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count++] = end;
  }

  int count() {
    return count;
  }

  int kind(int index) {
    return index >= 0 && index < count ? kinds[index] : Token.END;
  }

  int start(int index) {
    return index < count ? starts[index] : sql.length();
  }

  int end(int index) {
    return index < count ? ends[index] : sql.length();
  }

  /** The token as it stands in the text. */
  String text(int index) {
    return sql.substring(start(index), end(index));
  }

  /** Whether an unquoted word is this one, given in lower case. */
  boolean is(int index, String word) {
    return kind(index) >= Token.WORD
        && end(index) - start(index) == word.length()
        && sql.regionMatches(true, start(index), word, 0, word.length());
  }

  /**
   * An identifier as a server tells it from others: without its quotes, and folded only where every
   * server of the dialect folds it. Names that are equal here are the same to the server; the same
   * name may be written in ways that are not equal here.
   *
   * @param folds unquoted identifiers are folded to lower case
   */
  String identity(int index, boolean folds) {
    String text = text(index);
    if (kind(index) == Token.QUOTED) {
      char quote = text.charAt(text.length() - 1);
      return text.substring(1, text.length() - 1).replace("" + quote + quote, "" + quote);
    }
    if (!folds) {
      return text;
    }
    char[] folded = text.toCharArray();
    for (int i = 0; i < folded.length; i++) {
      if (folded[i] >= 'A' && folded[i] <= 'Z') {
        folded[i] = (char) (folded[i] | 0x20);
      }
    }
    return new String(folded);
  }

  /** An identifier without its quotes, in lower case. */
  String name(int index) {
    String text = text(index);
    if (kind(index) == Token.QUOTED) {
      char quote = text.charAt(text.length() - 1);
      int from = text.indexOf(quote) + 1;
      text = from < text.length() ? text.substring(from, text.length() - 1) : "";
      if (text.indexOf(quote) >= 0) {
        text = text.replace("" + quote + quote, "" + quote);
      }
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** A qualified name, its parts as by {@link #name}. */
  String qualifiedName(int start, int end) {
    StringBuilder name = new StringBuilder(name(start));
    for (int i = start + 2; i <= end; i += 2) {
      name.append('.').append(name(i));
    }
    return name.toString();
  }
}
